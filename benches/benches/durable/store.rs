//! Where jobs are kept, and a plain table beside them.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};

use outlive_durable::Queue;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

pub(crate) enum Place {
    /// A file for each round.
    Sqlite(PathBuf, AtomicU32),
    #[cfg(feature = "durable-postgres")]
    Postgres(String),
}

impl Place {
    pub(crate) fn all() -> Vec<Self> {
        let folder = std::env::temp_dir().join(format!("outlive-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let sqlite = Self::Sqlite(folder, AtomicU32::new(0));
        #[cfg(feature = "durable-postgres")]
        if let Ok(url) = std::env::var("OUTLIVE_POSTGRES") {
            return vec![sqlite, Self::Postgres(url)];
        }
        vec![sqlite]
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(..) => "SQLite",
            #[cfg(feature = "durable-postgres")]
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    fn file(folder: &std::path::Path, round: u32) -> PathBuf {
        folder.join(format!("{round}.db"))
    }

    /// Of the pool that was made last.
    pub(crate) fn queue(&self) -> Queue {
        match self {
            Self::Sqlite(folder, rounds) => {
                let file = Self::file(folder, rounds.load(Relaxed));
                Queue::sqlite(&format!("sqlite://{}", file.display())).expect("a URL")
            }
            #[cfg(feature = "durable-postgres")]
            Self::Postgres(url) => Queue::postgres(url).expect("a URL"),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        #[cfg_attr(not(feature = "durable-postgres"), allow(irrefutable_let_patterns, reason = "there is one"))]
        if let Self::Sqlite(folder, _) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

pub(crate) enum Pool {
    Sqlite(SqlitePool),
    #[cfg(feature = "durable-postgres")]
    Postgres(sqlx::PgPool),
}

macro_rules! on {
    ($self:ident, $pool:ident => $do:expr) => {
        match $self {
            Self::Sqlite($pool) => $do,
            #[cfg(feature = "durable-postgres")]
            Self::Postgres($pool) => $do,
        }
    };
}

impl Pool {
    pub(crate) async fn new(place: &Place) -> Self {
        let new = match place {
            Place::Sqlite(folder, rounds) => {
                let options = SqliteConnectOptions::new()
                    .filename(Place::file(folder, rounds.fetch_add(1, Relaxed) + 1))
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(Duration::from_secs(5));
                let pool = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
                Self::Sqlite(pool.expect("a file"))
            }
            #[cfg(feature = "durable-postgres")]
            Place::Postgres(url) => Self::Postgres(sqlx::PgPool::connect(url).await.expect("a database")),
        };
        new.execute("CREATE TABLE IF NOT EXISTS plain (id TEXT PRIMARY KEY, body TEXT NOT NULL)").await;
        new
    }

    async fn execute(&self, statement: &'static str) {
        on!(self, pool => drop(sqlx::query(statement).execute(pool).await.expect("a statement")));
    }

    /// The bare thing: a row with a name and a text, committed by itself.
    pub(crate) async fn inserts(&self, count: u32) -> Duration {
        const INSERT: &str = "INSERT INTO plain (id, body) VALUES ($1, $2)";
        self.execute("DELETE FROM plain").await;
        let began = Instant::now();
        for number in 0..count {
            let (id, body) = (format!("{number:026}"), format!(r#"{{"version":1,"args":{{"number":{number}}}}}"#));
            on!(self, pool => drop(sqlx::query(INSERT).bind(id).bind(body).execute(pool).await.expect("a row")));
        }
        began.elapsed()
    }

    pub(crate) async fn done(&self, queue: &'static str) -> i64 {
        match self {
            Self::Sqlite(pool) => {
                let count = "SELECT count(*) FROM Jobs WHERE job_type = ? AND status = 'Done'";
                sqlx::query_scalar(count).bind(queue).fetch_one(pool).await.expect("a table")
            }
            #[cfg(feature = "durable-postgres")]
            Self::Postgres(pool) => {
                let count = "SELECT count(*) FROM apalis.jobs WHERE job_type = $1 AND status = 'Done'";
                sqlx::query_scalar(count).bind(queue).fetch_one(pool).await.expect("a table")
            }
        }
    }

    /// No job is left, and none that was done.
    pub(crate) async fn clear(&self) {
        self.execute(match self {
            Self::Sqlite(_) => "DELETE FROM Jobs",
            #[cfg(feature = "durable-postgres")]
            Self::Postgres(_) => "DELETE FROM apalis.jobs",
        })
        .await;
    }

    pub(crate) async fn close(self) {
        on!(self, pool => pool.close().await);
    }
}
