//! The audit trail: a file of its own, which an auditor may copy, and lock while he does.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

/// A row of the trail.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Entry {
    /// Whose account.
    pub account: i64,
    /// What was done.
    pub action: String,
}

impl Entry {
    /// A row to write.
    #[must_use]
    pub fn new(account: i64, action: &str) -> Self {
        Self { account, action: action.to_owned() }
    }
}

/// A handle to the trail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Trail {
    pool: SqlitePool,
}

impl Trail {
    /// Makes the trail, or goes on with the one that is there.
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
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS trail (account INTEGER NOT NULL, action TEXT NOT NULL)")
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }

    /// Adds a row.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn write(&self, entry: &Entry) -> sqlx::Result<()> {
        let query = sqlx::query("INSERT INTO trail (account, action) VALUES (?, ?)");
        query.bind(entry.account).bind(&entry.action).execute(&self.pool).await?;
        Ok(())
    }

    /// The rows of an account.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn of(&self, account: i64) -> sqlx::Result<Vec<Entry>> {
        let query = sqlx::query_as("SELECT account, action FROM trail WHERE account = ? ORDER BY rowid");
        let rows: Vec<(i64, String)> = query.bind(account).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(account, action)| Entry { account, action }).collect())
    }
}
