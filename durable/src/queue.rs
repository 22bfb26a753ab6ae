//! Where jobs are kept.

use std::sync::Arc;
use std::time::Duration;

use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use tokio::sync::Notify;

use crate::engine::{Engine, Sqlite};
use crate::error::StoreError;

/// A queue of jobs: a handle, which is cheap to clone.
///
/// It has connections of its own, so that what it promises about them holds for each: `WAL`, and `synchronous = NORMAL`. After a
/// SIGKILL of the process, a job whose enqueueing has returned is there. After a power cut, what was enqueued in the last moments
/// may be gone, as SQLite does not wait for the disk at each commit then: see [`survives_power_cuts`](Self::survives_power_cuts).
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use outlive_durable::Queue;
///
/// let queue = Queue::sqlite("sqlite://service.db")?;
/// queue.migrate().await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use]
pub struct Queue {
    pub(crate) engine: Arc<dyn Engine>,
    name: Arc<str>,
    /// Somebody has enqueued in this process.
    pub(crate) news: Arc<Notify>,
    pub(crate) deadline: Duration,
    sqlite: Arc<Sqlite>,
    options: Arc<SqliteConnectOptions>,
}

/// Where the SQLite file is: a URL (`sqlite://service.db`), or a pool that is connected to it.
pub struct SqliteSource(Result<SqliteConnectOptions, sqlx::Error>);

impl From<&str> for SqliteSource {
    fn from(url: &str) -> Self {
        Self(url.parse())
    }
}

impl From<&String> for SqliteSource {
    fn from(url: &String) -> Self {
        Self(url.parse())
    }
}

impl From<&SqlitePool> for SqliteSource {
    fn from(pool: &SqlitePool) -> Self {
        Self(Ok((*pool.connect_options()).clone()))
    }
}

impl From<SqliteConnectOptions> for SqliteSource {
    fn from(options: SqliteConnectOptions) -> Self {
        Self(Ok(options))
    }
}

impl Queue {
    pub(crate) const NAME: &str = "outlive";

    /// The queue in a SQLite file, by the file's URL or a pool of the user's that has it open. Nothing is opened yet.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL. A database in memory is refused: it would keep nothing.
    pub fn sqlite(source: impl Into<SqliteSource>) -> Result<Self, StoreError> {
        let options = source.into().0?;
        let file = options.get_filename().to_string_lossy();
        if file.is_empty() || file.contains(":memory:") || file.contains("sqlx-in-memory") {
            let message = "a queue in memory keeps nothing: name a file, as in \"sqlite://service.db\"";
            return Err(StoreError(sqlx::Error::Configuration(message.into())));
        }
        Ok(Self::of(options, Self::NAME, SqliteSynchronous::Normal))
    }

    fn of(options: SqliteConnectOptions, name: &str, synchronous: SqliteSynchronous) -> Self {
        let sqlite = Arc::new(Sqlite::new(options.clone(), name, synchronous));
        Self {
            engine: Arc::clone(&sqlite) as _,
            name: name.into(),
            news: Arc::new(Notify::new()),
            deadline: Duration::from_secs(5),
            sqlite,
            options: Arc::new(options),
        }
    }

    /// Another queue in the same store: its workers run what is enqueued there, and nothing else. Without this it is `outlive`.
    pub fn named(self, name: &str) -> Self {
        let sqlite = Arc::new(self.sqlite.named(name));
        Self { engine: Arc::clone(&sqlite) as _, name: name.into(), news: Arc::new(Notify::new()), sqlite, ..self }
    }

    /// Each commit of this queue waits for the disk: `synchronous = FULL`. What is enqueued in a transaction of the
    /// user's is as safe as that.
    pub fn survives_power_cuts(self) -> Self {
        Self { deadline: self.deadline, ..Self::of((*self.options).clone(), &self.name, SqliteSynchronous::Full) }
    }

    /// How long [`enqueue`](crate::Job::enqueue) may take, 5 seconds without this.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// Makes the tables, or brings them up to date. Any number of processes may call it, whenever they start; the user's own
    /// migrations may be in the same database, if their migrator is told
    /// [`set_ignore_missing(true)`](sqlx::migrate::Migrator::set_ignore_missing) as well.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.engine.migrate().await
    }

    /// The connections of the queue, for what is not offered here: apalis's board and metrics read the same tables.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        self.sqlite.pool()
    }

    /// Takes all jobs up again that were set aside, once the program can read them. How many.
    ///
    /// Those of a function that was not known need nobody to ask: a worker that knows it takes them up.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn take_up_set_aside(&self) -> Result<u64, StoreError> {
        let count = self.engine.take_up_all().await?;
        self.news.notify_one();
        Ok(count)
    }

    /// Deletes the jobs that have ended longer ago, well or with their attempts used up, and with them the keys that
    /// [`unique`](crate::Job::unique) compares. What was set aside stays. How many.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn forget_ended(&self, older_than: Duration) -> Result<u64, StoreError> {
        self.engine.forget(older_than).await
    }
}
