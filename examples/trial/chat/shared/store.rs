//! Messages, webhooks and imports: one `SQLite` file.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};

use super::{Hook, Message, Said, Source};

const TABLES: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS messages
        (id INTEGER PRIMARY KEY, room TEXT NOT NULL, sender TEXT NOT NULL, text TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS hooks (room TEXT NOT NULL, url TEXT NOT NULL, UNIQUE (room, url))",
    "CREATE TABLE IF NOT EXISTS undelivered (message INTEGER NOT NULL, url TEXT NOT NULL, why TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS imports
        (id INTEGER PRIMARY KEY, room TEXT NOT NULL, url TEXT NOT NULL, page INTEGER NOT NULL, state TEXT NOT NULL)",
];

/// An import, and how far it is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Import {
    /// Its number.
    pub id: i64,
    /// The room that gets it.
    pub room: String,
    /// The export.
    pub url: String,
    /// The page that is next.
    pub page: i64,
    /// `queued`, `running`, `done` or `failed`.
    pub state: String,
}

type Row = (i64, String, String, i64, String);

impl From<Row> for Import {
    fn from((id, room, url, page, state): Row) -> Self {
        Self { id, room, url, page, state }
    }
}

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

    /// Stores what was said.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn add(&self, room: &str, said: Said) -> sqlx::Result<Message> {
        let query = sqlx::query_as("INSERT INTO messages (room, sender, text) VALUES (?, ?, ?) RETURNING id");
        let query = query.bind(room).bind(&said.from).bind(&said.text);
        let (id,) = query.fetch_one(&self.pool).await?;
        Ok(Message { id, room: room.to_owned(), from: said.from, text: said.text })
    }

    /// What was said in the room.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn messages(&self, room: &str) -> sqlx::Result<Vec<Message>> {
        let query = sqlx::query_as("SELECT id, room, sender, text FROM messages WHERE room = ? ORDER BY id");
        let rows: Vec<(i64, String, String, String)> = query.bind(room).fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(id, room, from, text)| Message { id, room, from, text }).collect())
    }

    /// Adds a webhook to the room.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn add_hook(&self, room: &str, hook: &Hook) -> sqlx::Result<()> {
        let query = sqlx::query("INSERT INTO hooks (room, url) VALUES (?, ?) ON CONFLICT DO NOTHING");
        query.bind(room).bind(&hook.url).execute(&self.pool).await?;
        Ok(())
    }

    /// The webhooks of the room.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn hooks(&self, room: &str) -> sqlx::Result<Vec<Hook>> {
        let query = sqlx::query_as("SELECT url FROM hooks WHERE room = ? ORDER BY rowid").bind(room);
        let rows: Vec<(String,)> = query.fetch_all(&self.pool).await?;
        Ok(rows.into_iter().map(|(url,)| Hook { url }).collect())
    }

    /// Keeps what a webhook did not take.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn add_undelivered(&self, message: i64, hook: &Hook, why: &str) -> sqlx::Result<()> {
        let query = sqlx::query("INSERT INTO undelivered (message, url, why) VALUES (?, ?, ?)");
        query.bind(message).bind(&hook.url).bind(why).execute(&self.pool).await?;
        Ok(())
    }

    /// The messages that a webhook did not take, and why.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn undelivered(&self) -> sqlx::Result<Vec<(i64, String)>> {
        sqlx::query_as("SELECT message, why FROM undelivered ORDER BY message").fetch_all(&self.pool).await
    }

    /// Puts an import into the queue, and gives its number.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn add_import(&self, source: &Source) -> sqlx::Result<i64> {
        let query =
            sqlx::query_as("INSERT INTO imports (room, url, page, state) VALUES (?, ?, 1, 'queued') RETURNING id");
        let (id,) = query.bind(&source.room).bind(&source.url).fetch_one(&self.pool).await?;
        Ok(id)
    }

    /// The import of this number.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn import(&self, id: i64) -> sqlx::Result<Import> {
        let query = sqlx::query_as("SELECT id, room, url, page, state FROM imports WHERE id = ?");
        let row: Row = query.bind(id).fetch_one(&self.pool).await?;
        Ok(row.into())
    }

    /// Takes the next import out of the queue: it is `running`.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn next_import(&self) -> sqlx::Result<Option<Import>> {
        let query = sqlx::query_as(
            "UPDATE imports SET state = 'running' WHERE id = (SELECT min(id) FROM imports WHERE state = 'queued')
             RETURNING id, room, url, page, state",
        );
        let row: Option<Row> = query.fetch_optional(&self.pool).await?;
        Ok(row.map(Import::from))
    }

    /// Stores a page of an import, and that it is through: both, or neither.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn add_page(&self, import: &Import, page: Vec<Said>) -> sqlx::Result<()> {
        let mut transaction = self.pool.begin().await?;
        for said in page {
            let query = sqlx::query("INSERT INTO messages (room, sender, text) VALUES (?, ?, ?)");
            query.bind(&import.room).bind(said.from).bind(said.text).execute(&mut *transaction).await?;
        }
        let query = sqlx::query("UPDATE imports SET page = page + 1 WHERE id = ?");
        query.bind(import.id).execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// What has become of an import.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn set_import(&self, id: i64, state: &str) -> sqlx::Result<()> {
        let query = sqlx::query("UPDATE imports SET state = ? WHERE id = ?");
        query.bind(state).bind(id).execute(&self.pool).await?;
        Ok(())
    }

    /// What runs while nobody can run it has died with whoever did.
    ///
    /// # Errors
    ///
    /// When the database says no.
    pub async fn fail_running_imports(&self) -> sqlx::Result<()> {
        sqlx::query("UPDATE imports SET state = 'failed' WHERE state = 'running'").execute(&self.pool).await?;
        Ok(())
    }
}
