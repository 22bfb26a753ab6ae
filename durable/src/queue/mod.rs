//! Where jobs are kept.

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

/// A queue of jobs: a handle, which is cheap to clone.
///
/// It is in a [SQLite file](Self::sqlite), or, with the feature `postgres`, in a PostgreSQL database for any number of machines;
/// its connections are its own, so that what it promises about them holds for each.
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
    /// Somebody has enqueued.
    pub(crate) news: Arc<Notify>,
    pub(crate) deadline: Duration,
    pub(crate) seen: Arc<Seen>,
}

/// Where the SQLite file is: a URL (`sqlite://service.db`), or a pool that is connected to it.
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

/// Where the PostgreSQL database is: a URL (`postgres://user@host/database`), a pool that is connected to it, or its options.
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

    /// The queue in a SQLite file, by the file's URL or a pool of the user's that has it open. Nothing is opened yet.
    ///
    /// Each of its connections has `WAL` and `synchronous = NORMAL`. After a SIGKILL of the process, a job whose enqueueing has
    /// returned is there. After a power cut, what was enqueued in the last moments may be gone, as SQLite does not wait for the
    /// disk at each commit then: see [`survives_power_cuts`](Self::survives_power_cuts).
    ///
    /// # Errors
    ///
    /// What is wrong with the URL. A database in memory is refused: it would keep nothing.
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

    /// The queue in a PostgreSQL database, by its URL, a pool of the user's, or options. Nothing is opened yet.
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
    /// **The database.** PostgreSQL 13 or newer. [`migrate`](Self::migrate) makes the schema `apalis` and the extensions `hstore`
    /// and `pgcrypto`, for which the user needs `CREATE` on the database; where he has not, the error says what a superuser is to
    /// run once. The connection goes to the server itself, or by way of a pooler in session mode: one in transaction mode keeps
    /// neither `LISTEN` nor prepared statements. Connections are encrypted where the server can, by rustls; `?sslmode=verify-full`
    /// makes that, and the server's name, a condition.
    ///
    /// **Connections.** A process has up to eight for its queues, and one more for each [worker](crate::Jobs), which hears by
    /// `LISTEN` of what is committed, here or on another machine: it starts a few milliseconds later. With the 100 that
    /// `max_connections` allows without being told, that is ten processes. Each has `synchronous_commit` on where the database
    /// has it off, and a `statement_timeout` of ten seconds: what is enqueued, and how a run ended, is on the disk when it is said
    /// to be.
    ///
    /// **Workers.** One in each process is enough: [`at_once`](crate::Jobs::at_once) says how many jobs it holds, and the trackers
    /// how many run. Several share the rows by `SKIP LOCKED`, and none waits for another. Delays, pauses, leases and the age of
    /// jobs are by the server's clock, so those of the machines may differ.
    ///
    /// **A restart of the server**, or a connection that is lost, ends nothing. Workers go on when it is back, after pauses of up
    /// to five seconds; they say once that it does not answer, and once that it does again. Runs go on meanwhile, and how they
    /// ended is written then. `enqueue` tries until its [deadline](Self::deadline), and the job is there once, whichever of its
    /// tries got through. Workers that could not say that they live are not taken for dead, as nobody could.
    ///
    /// # Errors
    ///
    /// What is wrong with the URL.
    #[cfg(feature = "postgres")]
    pub fn postgres(source: impl Into<PostgresSource>) -> Result<Self, StoreError> {
        Ok(Self::on(Arc::new(Postgres::new(source.into().0?, Self::NAME))))
    }

    fn on(engine: Arc<dyn Engine>) -> Self {
        let seen = Arc::new(Seen::new(engine.queue(), engine.place()));
        Self { engine, news: Arc::new(Notify::new()), deadline: Duration::from_secs(5), seen }
    }

    /// Another queue in the same store: its workers run what is enqueued there, and nothing else. Without this it is `outlive`.
    pub fn named(self, name: &str) -> Self {
        Self { deadline: self.deadline, ..Self::on(self.engine.named(name)) }
    }

    /// Each commit of this queue waits for the disk: `synchronous = FULL`, in SQLite; PostgreSQL does so without this. What is
    /// enqueued in a transaction of the user's is as safe as that.
    pub fn survives_power_cuts(self) -> Self {
        Self { deadline: self.deadline, ..Self::on(self.engine.surviving_power_cuts()) }
    }

    /// How long [`enqueue`](crate::Job::enqueue) may take, 5 seconds without this.
    pub fn deadline(self, deadline: Duration) -> Self {
        Self { deadline: deadline.min(LONGEST), ..self }
    }

    /// Makes the tables, or brings them up to date. Any number of processes may call it, whenever they start.
    ///
    /// The user's own migrations may be in the same database. In SQLite that is the same table of them, so their migrator has to
    /// be told [`set_ignore_missing(true)`](sqlx::migrate::Migrator::set_ignore_missing) as well.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        self.engine.migrate().await
    }

    /// The connections of a queue in a SQLite file, for what is not offered here: apalis's board and metrics read the same
    /// tables.
    #[cfg(feature = "sqlite")]
    #[must_use]
    pub fn sqlite_pool(&self) -> Option<&SqlitePool> {
        self.engine.sqlite_pool()
    }

    /// How many jobs there are, of each kind, and how old the oldest is. Jobs that have ended well are not counted.
    ///
    /// A worker asks the same with each of its heartbeats: [`outlive::status()`](fn@outlive::status), its page and its metrics show
    /// what it was told.
    ///
    /// # Errors
    ///
    /// What the store said.
    pub async fn status(&self) -> Result<QueueStatus, StoreError> {
        self.seen.look(&*self.engine).await
    }

    /// Takes all jobs up again that were set aside, once the program can read them, with one attempt each. How many.
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
