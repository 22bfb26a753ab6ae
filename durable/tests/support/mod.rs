//! What the tests share: a database of their own, and waiting for what is to come.
#![allow(dead_code)]

pub(crate) mod log;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive_durable::Queue;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

/// A SQLite file that goes with the test.
pub(crate) struct Database {
    folder: PathBuf,
}

impl Database {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("outlive-durable-{name}-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("jobs.db")
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    pub(crate) async fn queue(&self) -> Queue {
        let queue = Queue::sqlite(&self.url()).unwrap();
        queue.migrate().await.unwrap();
        queue
    }

    /// The user's own pool, as sqlx makes it.
    pub(crate) async fn pool(&self) -> SqlitePool {
        let options = SqliteConnectOptions::new().filename(self.file()).create_if_missing(true);
        SqlitePoolOptions::new().connect_with(options).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A row, as apalis has it.
#[derive(Debug, PartialEq, sqlx::FromRow)]
pub(crate) struct Row {
    pub(crate) status: String,
    pub(crate) attempts: i64,
    pub(crate) max_attempts: i64,
    pub(crate) lock_by: Option<String>,
    pub(crate) last_result: Option<String>,
    pub(crate) run_at: i64,
}

pub(crate) async fn rows(queue: &Queue) -> Vec<Row> {
    let query = "SELECT status, attempts, max_attempts, lock_by, last_result, run_at FROM Jobs ORDER BY rowid";
    sqlx::query_as(query).fetch_all(queue.pool()).await.unwrap()
}

pub(crate) async fn count(queue: &Queue, status: &str) -> i64 {
    let query = sqlx::query_scalar("SELECT count(*) FROM Jobs WHERE status = ?1").bind(status.to_owned());
    query.fetch_one(queue.pool()).await.unwrap()
}

/// Asks until it is so: what is waited for happens in another task, or another process.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_mins(1), wait).await.is_ok(), "waited a minute until {what}");
}

/// Until no row is in any other state.
pub(crate) async fn until_all(queue: &Queue, status: &str) {
    until(&format!("all are {status}"), || async {
        let other =
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM Jobs WHERE status <> ?1").bind(status.to_owned());
        other.fetch_one(queue.pool()).await.unwrap() == 0
    })
    .await;
}
