//! Accounts, their sessions, and the domains that may not sign up: one `SQLite` file.

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

use super::{Credentials, NewAccount, Problem, bearer, password};

const SESSION: i64 = 3_600;
const TABLES: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS accounts
        (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, salt TEXT NOT NULL, hash BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS sessions (token TEXT PRIMARY KEY, account INTEGER NOT NULL, expires TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS resets (token TEXT PRIMARY KEY, account INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS blocked (domain TEXT PRIMARY KEY)",
];

/// A member.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Account {
    /// Its number.
    pub id: i64,
    /// Where mails go.
    pub email: String,
    /// How others see the member.
    pub name: String,
}

impl From<(i64, String, String)> for Account {
    fn from((id, email, name): (i64, String, String)) -> Self {
        Self { id, email, name }
    }
}

/// The domains that may not sign up, as they were read last.
pub type BlockedDomains = Arc<RwLock<HashSet<String>>>;

/// A handle to the database: a pool. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Makes the database, or goes on with the one that is there.
    ///
    /// # Errors
    ///
    /// When the file cannot be opened.
    pub async fn open(file: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .busy_timeout(Duration::from_secs(15));
        let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await?;
        for table in TABLES {
            sqlx::query(table).execute(&pool).await?;
        }
        Ok(Self { pool })
    }

    /// A new account.
    ///
    /// # Errors
    ///
    /// When its domain is blocked, or its address taken.
    pub async fn create(&self, new: &NewAccount, blocked: &BlockedDomains) -> Result<Account, Problem> {
        let domain = new.email.rsplit('@').next().unwrap_or_default();
        if blocked.read().unwrap_or_else(PoisonError::into_inner).contains(domain) {
            return Err(Problem::Blocked);
        }
        let salt = self.secret().await?;
        let account: Option<(i64, String, String)> = sqlx::query_as(
            "INSERT INTO accounts (email, name, salt, hash) VALUES (?, ?, ?, ?)
             ON CONFLICT DO NOTHING RETURNING id, email, name",
        )
        .bind(&new.email)
        .bind(&new.name)
        .bind(&salt)
        .bind(password::hash(&salt, &new.password))
        .fetch_optional(&self.pool)
        .await?;
        account.map(Account::from).ok_or(Problem::Taken)
    }

    /// The account of this number.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn account(&self, id: i64) -> Result<Account, Problem> {
        let query = sqlx::query_as("SELECT id, email, name FROM accounts WHERE id = ?");
        let account: (i64, String, String) = query.bind(id).fetch_one(&self.pool).await?;
        Ok(account.into())
    }

    /// The account of this address.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn account_of(&self, email: &str) -> Result<Account, Problem> {
        let query = sqlx::query_as("SELECT id, email, name FROM accounts WHERE email = ?");
        let account: (i64, String, String) = query.bind(email).fetch_one(&self.pool).await?;
        Ok(account.into())
    }

    /// Another name for the account.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn rename(&self, id: i64, name: &str) -> Result<Account, Problem> {
        let query = sqlx::query_as("UPDATE accounts SET name = ? WHERE id = ? RETURNING id, email, name");
        let account: (i64, String, String) = query.bind(name).bind(id).fetch_one(&self.pool).await?;
        Ok(account.into())
    }

    /// Takes the account away, and its sessions.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn delete(&self, id: i64) -> Result<(), Problem> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("DELETE FROM sessions WHERE account = ?").bind(id).execute(&mut *transaction).await?;
        sqlx::query("DELETE FROM accounts WHERE id = ?").bind(id).execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// The account and the token of a new session.
    ///
    /// # Errors
    ///
    /// When address and password do not go together.
    pub async fn sign_in(&self, who: &Credentials) -> Result<(i64, String), Problem> {
        let query = sqlx::query_as("SELECT id, salt, hash FROM accounts WHERE email = ?").bind(&who.email);
        let found: Option<(i64, String, Vec<u8>)> = query.fetch_optional(&self.pool).await?;
        let (id, salt, hash) = found.ok_or(Problem::NotAllowed)?;
        if password::hash(&salt, &who.password) != hash {
            return Err(Problem::NotAllowed);
        }
        let token = self.secret().await?;
        sqlx::query("INSERT INTO sessions (token, account, expires) VALUES (?, ?, ?)")
            .bind(&token)
            .bind(id)
            .bind((crate::now() + SESSION).to_string())
            .execute(&self.pool)
            .await?;
        Ok((id, token))
    }

    /// Ends the session of this token.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn sign_out(&self, token: &str) -> Result<i64, Problem> {
        let query = sqlx::query_as("DELETE FROM sessions WHERE token = ? RETURNING account");
        let ended: Option<(i64,)> = query.bind(token).fetch_optional(&self.pool).await?;
        ended.map(|(account,)| account).ok_or(Problem::NotAllowed)
    }

    /// That the request is signed in as this account.
    ///
    /// # Errors
    ///
    /// When it is not.
    pub async fn signed_in(&self, headers: &HeaderMap, id: i64) -> Result<(), Problem> {
        let query = sqlx::query("SELECT 1 FROM sessions WHERE token = ? AND account = ?");
        let session = query.bind(bearer(headers)).bind(id).fetch_optional(&self.pool).await?;
        session.map(drop).ok_or(Problem::NotAllowed)
    }

    /// The token of a link that lets the account have another password.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn reset(&self, account: i64) -> Result<String, Problem> {
        let token = self.secret().await?;
        let query = sqlx::query("INSERT INTO resets (token, account) VALUES (?, ?)");
        query.bind(&token).bind(account).execute(&self.pool).await?;
        Ok(token)
    }

    /// Sets the password, and gives the account's number.
    ///
    /// # Errors
    ///
    /// When the link is not valid any more.
    pub async fn set_password(&self, token: &str, password: &str) -> Result<i64, Problem> {
        let mut transaction = self.pool.begin().await?;
        let query = sqlx::query_as("DELETE FROM resets WHERE token = ? RETURNING account").bind(token);
        let (account,): (i64,) = query.fetch_one(&mut *transaction).await?;
        let query = sqlx::query_as("SELECT salt FROM accounts WHERE id = ?").bind(account);
        let (salt,): (String,) = query.fetch_one(&mut *transaction).await?;
        let query = sqlx::query("UPDATE accounts SET hash = ? WHERE id = ?");
        query.bind(password::hash(&salt, password)).bind(account).execute(&mut *transaction).await?;
        transaction.commit().await?;
        Ok(account)
    }

    /// Deletes what has expired, and says how many that were.
    ///
    /// # Errors
    ///
    /// When the database says no.
    ///
    /// # Panics
    ///
    /// Over a session that an importer wrote with another idea of time. It is in here on purpose.
    pub async fn purge(&self, now: i64) -> sqlx::Result<u64> {
        let query = sqlx::query_as("SELECT token, expires FROM sessions");
        let sessions: Vec<(String, String)> = query.fetch_all(&self.pool).await?;
        let mut purged = 0;
        for (token, expires) in sessions {
            if expires.parse::<i64>().expect("a session expires at a second") < now {
                sqlx::query("DELETE FROM sessions WHERE token = ?").bind(token).execute(&self.pool).await?;
                purged += 1;
            }
        }
        Ok(purged)
    }

    /// Reads the blocked domains anew.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn refresh(&self, blocked: &BlockedDomains) -> sqlx::Result<()> {
        let domains: Vec<(String,)> = sqlx::query_as("SELECT domain FROM blocked").fetch_all(&self.pool).await?;
        *blocked.write().unwrap_or_else(PoisonError::into_inner) =
            domains.into_iter().map(|(domain,)| domain).collect();
        Ok(())
    }

    async fn secret(&self) -> sqlx::Result<String> {
        let (secret,) = sqlx::query_as("SELECT lower(hex(randomblob(24)))").fetch_one(&self.pool).await?;
        Ok(secret)
    }
}
