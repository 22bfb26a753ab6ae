//! What the tests share: a database of their own, and waiting for what is to come.
#![allow(dead_code)]

#[cfg(feature = "postgres")]
pub(crate) mod cluster;
pub(crate) mod log;
pub(crate) mod store;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use outlive_durable::{JobId, Queue};
use store::Pool;
use tokio::sync::OnceCell;

/// A database that goes with the test.
pub(crate) struct Database {
    /// For what else the test keeps, and for SQLite's file.
    pub(crate) folder: PathBuf,
    url: String,
    look: OnceCell<Pool>,
}

impl Database {
    pub(crate) fn new(name: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("outlive-durable-{name}-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("jobs.db").display());
        #[cfg(feature = "postgres")]
        let url = if store::is_postgres() {
            let cluster = cluster::Cluster::shared();
            cluster.create(&name);
            cluster.url(&name)
        } else {
            url
        };
        Self { folder, url, look: OnceCell::new() }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn queue(&self) -> Queue {
        let queue = store::queue_at(&self.url);
        queue.migrate().await.unwrap();
        queue
    }

    /// The user's own pool.
    pub(crate) async fn pool(&self) -> Pool {
        Pool::new(&self.url).await
    }

    /// For what the test wants to know.
    pub(crate) async fn look(&self) -> &Pool {
        self.look.get_or_init(|| Pool::to_look(&self.url)).await
    }

    pub(crate) async fn row(&self, id: JobId) -> Row {
        let due = if store::is_postgres() { "CAST(ceil(extract(epoch FROM run_at)) AS BIGINT)" } else { "run_at" };
        let query = format!(
            "SELECT status, CAST(attempts AS BIGINT) AS attempts, CAST(max_attempts AS BIGINT) AS max_attempts, lock_by, \
             CAST(last_result AS TEXT) AS last_result, {due} AS run_at FROM Jobs WHERE id = '{id}'"
        );
        self.look().await.row(&query).await
    }

    pub(crate) async fn count(&self, status: &str) -> i64 {
        self.look().await.number(&format!("SELECT count(*) FROM Jobs WHERE status = '{status}'")).await
    }

    /// Until no row is in any other state.
    pub(crate) async fn until_all(&self, status: &str) {
        let other = format!("SELECT count(*) FROM Jobs WHERE status <> '{status}'");
        until(&format!("all are {status}"), || async { self.look().await.number(&other).await == 0 }).await;
    }

    /// A query for what stands in the rows.
    pub(crate) fn jobs_as_text() -> &'static str {
        if store::is_postgres() {
            "SELECT convert_from(job, 'UTF8') FROM Jobs"
        } else {
            "SELECT CAST(job AS TEXT) FROM Jobs"
        }
    }

    /// As somebody else has written it, and due.
    pub(crate) async fn overwrite(&self, id: JobId, payload: &str) {
        let payload = payload.replace('\'', "''");
        let query = if store::is_postgres() {
            format!("UPDATE Jobs SET job = convert_to('{payload}', 'UTF8'), run_at = to_timestamp(0) WHERE id = '{id}'")
        } else {
            format!("UPDATE Jobs SET job = CAST('{payload}' AS BLOB), run_at = 0 WHERE id = '{id}'")
        };
        self.look().await.execute(&query).await;
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

/// Asks until it is so: what is waited for happens in another task, or another process.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let wait = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_mins(1), wait).await.is_ok(), "waited a minute until {what}");
}
