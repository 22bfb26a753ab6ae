//! The audit trail: one `SQLite` file, a pool of sqlx, and a store that is as slow and as faulty as
//! its event says.

use std::future;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io, process, thread};

use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteExecutor, SqlitePool};

/// What a request asks for, and what its audit row will say.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Event {
    pub(crate) id: u32,
    pub(crate) action: String,
    /// How the store is to misbehave over this event. The clients choose, so that all three
    /// services meet the same faults for the same requests.
    #[serde(default)]
    pub(crate) fault: Fault,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fault {
    #[default]
    None,
    /// The write panics half-way.
    Panic,
    /// The write never comes back.
    Hang,
}

/// A handle to the audit trail: a pool. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    pool: SqlitePool,
}

impl Db {
    /// Makes the trail, or goes on with the one that is there.
    pub(crate) async fn create(trail: &Path) -> sqlx::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(trail)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        // One connection: `SQLite` takes one writer at a time. The others wait in the pool's queue, which is fair; `SQLite`'s
        // lock is not.
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        sqlx::query("CREATE TABLE IF NOT EXISTS audit (request INTEGER NOT NULL, action TEXT NOT NULL)")
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }

    /// Writes the event's row. Dropped before it is done, it leaves no row, or (in the instant in
    /// which the connection has the event already) a whole one.
    pub(crate) async fn insert(&self, event: Event) -> sqlx::Result<()> {
        reach_the_store(&event).await;
        sqlx::query("INSERT INTO audit (request, action) VALUES (?, ?)")
            .bind(event.id)
            .bind(event.action)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// The rows so far: the request's id, and what it did.
    pub(crate) async fn rows(&self) -> sqlx::Result<Vec<(u32, String)>> {
        select(&self.pool).await
    }

    /// Waits until the connection has come back and is closed, every row it was given written. Who asks for it from now on
    /// gets an error.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// The way to a store at the far end of a busy network: 0.4 to 1.4 seconds, the same for the same
/// event each time.
async fn reach_the_store(event: &Event) {
    let way = Duration::from_millis(400 + u64::from(event.id) * 7_919 % 1_000);
    tokio::time::sleep(way / 2).await;
    match event.fault {
        Fault::None => {}
        // Like most panics of real code, it does not say whose request it was.
        Fault::Panic => panic!("the audit row has no tenant"),
        Fault::Hang => future::pending().await,
    }
    tokio::time::sleep(way / 2).await;
}

/// The rows of a trail whose service has ended.
pub(crate) async fn rows(trail: &Path) -> sqlx::Result<Vec<(u32, String)>> {
    let mut connection = SqliteConnectOptions::new().filename(trail).connect().await?;
    let rows = select(&mut connection).await?;
    connection.close().await?;
    Ok(rows)
}

async fn select(trail: impl SqliteExecutor<'_>) -> sqlx::Result<Vec<(u32, String)>> {
    sqlx::query_as("SELECT request, action FROM audit ORDER BY rowid").fetch_all(trail).await
}

/// A folder that goes when this value does, with all that is in it.
#[derive(Debug)]
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new() -> io::Result<Self> {
        let mut attempt = 0;
        loop {
            let name = format!("outlive-audit-{}-{attempt}", process::id());
            let path = env::temp_dir().join(name);
            match fs::create_dir(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => attempt += 1,
                result => return result.map(|()| Self(path)),
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Windows keeps a file for as long as a process that was just killed takes to die.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        eprintln!("could not remove {}", self.0.display());
    }
}
