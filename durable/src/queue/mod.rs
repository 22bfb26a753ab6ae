//! The handle of a queue.

mod seen;

use std::sync::Arc;
use std::time::Duration;

use outlive::status::QueueStatus;
#[cfg(feature = "postgres")]
use sqlx::PgPool;
#[cfg(feature = "sqlite")]
use sqlx::SqlitePool;
#[cfg(feature = "postgres")]
use sqlx::postgres::PgConnectOptions;
#[cfg(feature = "sqlite")]
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use tokio::sync::Notify;

#[cfg(feature = "postgres")]
use crate::engine::Postgres;
#[cfg(feature = "sqlite")]
use crate::engine::Sqlite;
use crate::engine::{Engine, LONGEST};
use crate::error::StoreError;

pub(crate) use seen::Seen;

/// A queue of jobs in a database. It is a handle, and cheap to clone.
///
/// It is in a SQLite file or, with the feature `postgres`, in a PostgreSQL database for any number of
/// machines. It opens its own connections, so that its guarantees hold for each of them.
///
/// A clone is the same queue. [`deadline`](Self::deadline), [`named`](Self::named) and
/// [`survives_power_cuts`](Self::survives_power_cuts) make another handle, and do not change the others.
///
/// ```no_run
/// # #[cfg(feature = "sqlite")]
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
    /// Notified when a job is enqueued in this process.
    pub(crate) news: Arc<Notify>,
    pub(crate) deadline: Duration,
    pub(crate) seen: Arc<Seen>,
}

/// The location of a SQLite file: a URL (`sqlite://service.db`), or a pool that is connected to it.
///
/// The queue opens its own connections to that file. Of a pool, it takes the options.
///
/// ```no_run
/// use outlive_durable::{Queue, StoreError};
///
/// # async fn example(pool: &sqlx::SqlitePool) -> Result<(), StoreError> {
/// let queue = Queue::sqlite("sqlite://service.db")?;
/// let beside_my_tables = Queue::sqlite(pool)?; // so that `Job::enqueue_in` can write both
/// # Ok(()) }
/// ```
#[cfg(feature = "sqlite")]
pub struct SqliteSource(Result<SqliteConnectOptions, sqlx::Error>);

#[cfg(feature = "sqlite")]
impl From<&str> for SqliteSource {
    fn from(url: &str) -> Self {
        Self(url.parse())
    }
}

#[cfg(feature = "sqlite")]
impl From<&String> for SqliteSource {
    fn from(url: &String) -> Self {
        Self(url.parse())
    }
}

#[cfg(feature = "sqlite")]
impl From<&SqlitePool> for SqliteSource {
    fn from(pool: &SqlitePool) -> Self {
        Self(Ok((*pool.connect_options()).clone()))
    }
}

#[cfg(feature = "sqlite")]
impl From<SqliteConnectOptions> for SqliteSource {
    fn from(options: SqliteConnectOptions) -> Self {
        Self(Ok(options))
    }
}

/// The location of a PostgreSQL database: a URL (`postgres://user@host/database`), a pool that is connected to it, or its
/// options.
///
/// The queue opens its own connections to that database. Of a pool, it takes the options.
///
/// ```no_run
/// use outlive_durable::{Queue, StoreError};
///
/// # async fn example(pool: &sqlx::PgPool) -> Result<(), StoreError> {
/// let queue = Queue::postgres("postgres://service@db.internal/service")?;
/// let beside_my_tables = Queue::postgres(pool)?; // so that `Job::enqueue_in` can write both
/// # Ok(()) }
/// ```
#[cfg(feature = "postgres")]
pub struct PostgresSource(Result<PgConnectOptions, sqlx::Error>);

#[cfg(feature = "postgres")]
impl From<&str> for PostgresSource {
    fn from(url: &str) -> Self {
        let is_ours = ["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        let message = "the URL of a PostgreSQL database begins with \"postgres://\"";
        Self(if is_ours { url.parse() } else { Err(sqlx::Error::Configuration(message.into())) })
    }
}

#[cfg(feature = "postgres")]
impl From<&String> for PostgresSource {
    fn from(url: &String) -> Self {
        Self::from(url.as_str())
    }
}

#[cfg(feature = "postgres")]
impl From<&PgPool> for PostgresSource {
    fn from(pool: &PgPool) -> Self {
        Self(Ok((*pool.connect_options()).clone()))
    }
}

#[cfg(feature = "postgres")]
impl From<PgConnectOptions> for PostgresSource {
    fn from(options: PgConnectOptions) -> Self {
        Self(Ok(options))
    }
}

impl Queue {
    pub(crate) const NAME: &str = "outlive";

    /// Makes a queue in a SQLite file, from the file's URL or from a pool that has it open. It opens no connection yet.
    ///
    /// Its connections use `WAL` and `synchronous = NORMAL`. A SIGKILL of the process loses no job whose `enqueue` has
    /// returned. A power cut may lose the last jobs, because SQLite does not wait for the disk at each commit: see
    /// [`survives_power_cuts`](Self::survives_power_cuts).
    ///
    /// # Errors
    ///
    /// If the URL is invalid, or names a database in memory, which would lose its jobs with the process.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[cfg(feature = "sqlite")]
    pub fn sqlite(source: impl Into<SqliteSource>) -> Result<Self, StoreError> {
        let options = source.into().0?;
        let file = options.get_filename().to_string_lossy();
        if file.is_empty() || file.contains(":memory:") || file.contains("sqlx-in-memory") {
            let message = "a queue in memory keeps nothing: name a file, as in \"sqlite://service.db\"";
            return Err(StoreError(sqlx::Error::Configuration(message.into())));
        }
        Ok(Self::on(Arc::new(Sqlite::new(options, Self::NAME, SqliteSynchronous::Normal))))
    }

    /// Makes a queue in a PostgreSQL database, from its URL, a pool, or options. It opens no connection yet.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use outlive_durable::Queue;
    ///
    /// let queue = Queue::postgres("postgres://service@db.internal/service")?;
    /// queue.migrate().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// **The database.** PostgreSQL 13 or newer. [`migrate`](Self::migrate) creates the schema `apalis` and the extensions
    /// `hstore` and `pgcrypto`. The database user needs `CREATE` on the database for that; without it, the error says what a
    /// superuser has to run once. Connect to the server directly, or through a pooler in session mode: a pooler in
    /// transaction mode supports neither `LISTEN` nor prepared statements. Connections are encrypted with rustls if the
    /// server supports it; `?sslmode=verify-full` requires encryption, and verifies the server's name.
    ///
    /// **Connections.** A process has up to eight connections for its queues, and one more for each [worker](crate::Jobs).
    /// With it the worker receives a notification (`LISTEN`) of each commit, here or on another machine, and starts the job
    /// a few milliseconds later. The default `max_connections` of 100 is enough for ten processes. Each connection turns
    /// `synchronous_commit` on, even if the database has it off, and has a `statement_timeout` of ten seconds. So a job that
    /// was enqueued, and the end of a run, are on the disk when the call returns.
    ///
    /// **Workers.** One worker in each process is enough: [`at_once`](crate::Jobs::at_once) limits how many jobs it holds,
    /// and the trackers limit how many run. Several workers share the rows with `SKIP LOCKED`, so none waits for another.
    /// Delays, pauses, leases and ages use the server's clock, so the clocks of the machines may differ.
    ///
    /// **A restart of the server**, or a lost connection, ends no worker. Workers try again after pauses of up to five
    /// seconds; they report the outage once, and once its end. Runs go on during the outage, and their ends are written
    /// after it. `enqueue` tries again until its [deadline](Self::deadline), and the job is written once, even if several
    /// tries succeed. Workers whose heartbeats failed because of the outage do not count as dead.
    ///
    /// # Errors
    ///
    /// If the URL is invalid.
    #[cfg(feature = "postgres")]
    pub fn postgres(source: impl Into<PostgresSource>) -> Result<Self, StoreError> {
        Ok(Self::on(Arc::new(Postgres::new(source.into().0?, Self::NAME))))
    }

    fn on(engine: Arc<dyn Engine>) -> Self {
        let seen = Arc::new(Seen::new(engine.queue(), engine.place()));
        Self { engine, news: Arc::new(Notify::new()), deadline: Duration::from_secs(5), seen }
    }

    /// Makes another queue in the same store. Its workers run only its jobs. The default name is `outlive`.
    ///
    /// ```no_run
    /// # #[cfg(feature = "sqlite")]
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use outlive_durable::{Jobs, Queue};
    ///
    /// let queue = Queue::sqlite("sqlite://service.db")?;
    /// let exports = queue.clone().named("exports");
    /// let worker = Jobs::on(&exports).at_once(2).start(); // runs the jobs of `exports` alone
    /// # Ok(()) }
    /// ```
    pub fn named(self, name: &str) -> Self {
        Self { deadline: self.deadline, ..Self::on(self.engine.named(name)) }
    }

    /// Makes each commit of this queue wait for the disk: `synchronous = FULL` in SQLite; PostgreSQL always does. A job that
    /// is enqueued in your own transaction is as safe as that transaction.
    ///
    /// # Panics
    ///
    /// With SQLite, outside a tokio runtime.
    pub fn survives_power_cuts(self) -> Self {
        Self { deadline: self.deadline, ..Self::on(self.engine.surviving_power_cuts()) }
    }

    /// Sets how long [`enqueue`](crate::Job::enqueue) may take. The default is 5 seconds.
    ///
    /// Within it, `enqueue` tries again if the database is locked or cannot be reached. More than a century is cut to that.
    pub fn deadline(self, deadline: Duration) -> Self // `.deadline(Duration::from_secs(5))`
    {
        Self { deadline: deadline.min(LONGEST), ..self }
    }

    /// Creates the tables, or updates them. Any number of processes may call it at their start.
    ///
    /// The database may have your own migrations as well. In SQLite both are recorded in one table, so call
    /// [`set_ignore_missing(true)`](sqlx::migrate::Migrator::set_ignore_missing) on your migrator.
    ///
    /// # Errors
    ///
    /// The error of the store.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime with a time driver.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, some of the migrations may be done. Another call does the others.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.engine.migrate().await
    }

    /// The connection pool of a queue in a SQLite file, for example for apalis's board and metrics, which read the same
    /// tables.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn sqlite_pool(&self) -> Option<&SqlitePool> {
        self.engine.sqlite_pool()
    }

    /// Returns how many jobs there are in each state, and the age of the oldest. Jobs that succeeded are not counted.
    ///
    /// A worker queries the same with each heartbeat: [`outlive::status()`](fn@outlive::status), its page and its metrics
    /// show the result.
    ///
    /// ```no_run
    /// # async fn example(queue: &outlive_durable::Queue) -> Result<(), outlive_durable::StoreError> {
    /// let status = queue.status().await?;
    /// println!("{} ready, {} running, {} set aside", status.ready, status.running, status.set_aside);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the store.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn status(&self) -> Result<QueueStatus, StoreError> {
        self.seen.look(&*self.engine).await
    }

    /// Lets workers try all jobs again that were set aside, with one more attempt each, and returns how many there were.
    /// Call it when the program can read them.
    ///
    /// Jobs of an unknown function need no call: a worker that knows the function runs them.
    ///
    /// # Errors
    ///
    /// The error of the store.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the jobs may be back in the queue or not. Another call takes up those that are not.
    pub async fn take_up_set_aside(&self) -> Result<u64, StoreError> {
        let count = self.engine.take_up_all().await?;
        self.news.notify_one();
        Ok(count)
    }

    /// Deletes the jobs that succeeded, or used up their attempts, longer ago than `older_than`, and returns how many there
    /// were. Their [`unique`](crate::Job::unique) keys become free. Jobs that were set aside stay.
    ///
    /// ```no_run
    /// # async fn example(queue: &outlive_durable::Queue) -> Result<(), outlive_durable::StoreError> {
    /// use std::time::Duration;
    ///
    /// let week = Duration::from_secs(7 * 24 * 60 * 60);
    /// println!("{} jobs deleted", queue.forget_ended(week).await?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the store.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the jobs may be deleted or not. Another call deletes those that are not.
    pub async fn forget_ended(&self, older_than: Duration) -> Result<u64, StoreError> // `.forget_ended(Duration::from_secs(86_400))`
    {
        self.engine.forget(older_than).await
    }
}
