//! The audit trail: one `SQLite` file, one thread that writes to it, and a store that is as slow and
//! as faulty as its event says.

use std::future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{env, fmt, fs, io, process};

use rusqlite::Connection;
use serde::Deserialize;
use tokio::sync::oneshot;

use crate::Error;

/// What a request asks for, and what its audit row will say.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) id: u32,
    pub(crate) action: String,
    /// How the store is to misbehave over this event. The clients choose, so that all three
    /// services meet the same faults for the same requests.
    #[serde(default)]
    pub(crate) fault: Fault,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Fault {
    #[default]
    None,
    /// The write panics half-way.
    Panic,
    /// The write never comes back.
    Hang,
}

/// A handle to the audit trail. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    writer: mpsc::Sender<Insert>,
    trail: Arc<Path>,
}

#[derive(Debug)]
struct Insert {
    event: Event,
    done: oneshot::Sender<rusqlite::Result<()>>,
}

#[derive(Debug)]
pub(crate) enum AuditError {
    Sqlite(rusqlite::Error),
    WriterGone,
}

impl Db {
    /// Writes the event's row. Dropped before it is done, it leaves no row, or (in the instant in
    /// which the writer has the event already) a whole one.
    pub(crate) async fn insert(&self, event: Event) -> Result<(), AuditError> {
        reach_the_store(&event).await;
        let (done, written) = oneshot::channel();
        self.writer.send(Insert { event, done }).map_err(|_| AuditError::WriterGone)?;
        match written.await {
            Ok(result) => result.map_err(AuditError::Sqlite),
            Err(_) => Err(AuditError::WriterGone),
        }
    }

    pub(crate) fn trail(&self) -> &Path {
        &self.trail
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

/// Opens the trail. The thread ends, every row it was given written, once the last `Db` is gone.
pub(crate) fn open(trail: &Path) -> Result<(Db, JoinHandle<()>), Error> {
    let connection = Connection::open(trail)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = NORMAL;
         CREATE TABLE audit (request INTEGER NOT NULL, action TEXT NOT NULL);",
    )?;
    let (writer, inserts) = mpsc::channel::<Insert>();
    let thread = thread::Builder::new().name("audit-writer".into()).spawn(move || {
        for Insert { event, done } in inserts {
            let result = connection
                .execute("INSERT INTO audit (request, action) VALUES (?1, ?2)", (event.id, &event.action))
                .map(drop);
            // Whoever asked may have given up meanwhile. The row stands.
            done.send(result).ok();
        }
    })?;
    let trail = Arc::from(trail);
    Ok((Db { writer, trail }, thread))
}

/// The rows of a trail: the request's id, and what it did.
pub(crate) fn rows(trail: &Path) -> Result<Vec<(u32, String)>, Error> {
    let connection = Connection::open(trail)?;
    let mut select = connection.prepare("SELECT request, action FROM audit ORDER BY rowid")?;
    let rows = select.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(error) => write!(f, "SQLite: {error}"),
            Self::WriterGone => f.write_str("the writer thread is gone"),
        }
    }
}

impl std::error::Error for AuditError {}

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
