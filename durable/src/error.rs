//! Why a job was not enqueued, and the error of the store.

use std::error::Error;
use std::fmt;
use std::time::Duration;

/// An error of the store.
///
/// Its `Display` is the database's message. If the tables are missing, it says to call
/// [`migrate`](crate::Queue::migrate) first.
///
/// ```
/// use outlive_durable::StoreError;
///
/// fn status(error: &StoreError) -> u16 {
///     if error.is_busy() || error.is_unreachable() { 503 } else { 500 }
/// }
/// ```
#[derive(Debug)]
pub struct StoreError(pub(crate) sqlx::Error);

impl StoreError {
    /// Whether the database was locked for too long. A retry may help.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match &self.0 {
            #[cfg(feature = "sqlite")]
            sqlx::Error::Database(error) => {
                // SQLITE_BUSY and SQLITE_LOCKED, with their extended codes.
                let code = error.code().and_then(|code| code.parse::<u32>().ok());
                error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some()
                    && code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
            }
            sqlx::Error::PoolTimedOut => true,
            _ => false,
        }
    }

    /// Whether the database cannot be reached: no connection can be made, or the connection was lost. A retry may help.
    #[must_use]
    pub fn is_unreachable(&self) -> bool {
        match &self.0 {
            sqlx::Error::Io(_) => !self.is_unknown_worker(),
            #[cfg(feature = "postgres")]
            sqlx::Error::Database(error) => {
                // Errors of the connection, of a server that stops or starts, and of too many connections.
                let code = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().map_or("", |error| error.code());
                code.starts_with("08") || matches!(code, "57P01" | "57P02" | "57P03" | "53300")
            }
            _ => false,
        }
    }

    /// Whether the worker's row is missing.
    pub(crate) fn is_unknown_worker(&self) -> bool {
        let is_apalis = |error: &std::io::Error| error.to_string() == "WORKER_DOES_NOT_EXIST";
        matches!(&self.0, sqlx::Error::Io(error) if is_apalis(error))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let text = self.0.to_string();
        let has_no_tables =
            text.contains("no such table: Jobs") || text.contains("relation \"apalis.jobs\" does not exist");
        if has_no_tables { f.write_str(": call `queue.migrate()` first") } else { Ok(()) }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self(error)
    }
}

#[cfg(feature = "postgres")]
impl From<apalis_postgres::Error> for StoreError {
    fn from(error: apalis_postgres::Error) -> Self {
        match error {
            apalis_postgres::Error::Database(error) => Self(error),
            other => Self(sqlx::Error::Decode(Box::new(other))),
        }
    }
}

#[cfg(feature = "sqlite")]
impl From<apalis_sqlite::Error> for StoreError {
    fn from(error: apalis_sqlite::Error) -> Self {
        match error {
            apalis_sqlite::Error::Database(error) => Self(error),
            other => Self(sqlx::Error::Decode(Box::new(other))),
        }
    }
}

/// Why a job was not enqueued.
///
/// Each variant says whether the job may be in the queue all the same: only after [`NoAnswer`](Self::NoAnswer).
///
/// ```
/// use outlive_durable::EnqueueError;
///
/// /// Whether a second call cannot enqueue the job twice.
/// fn is_safe_to_repeat(error: &EnqueueError) -> bool {
///     !matches!(error, EnqueueError::NoAnswer { .. })
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum EnqueueError {
    /// An argument could not be serialised. Nothing was sent to the store.
    #[non_exhaustive]
    Argument {
        /// The argument's name.
        name: &'static str,
        /// The error of its `Serialize`.
        error: serde_json::Error,
    },
    /// The text given to [`Job::after`](crate::Job::after) is not a duration.
    #[non_exhaustive]
    Delay {
        /// The text.
        text: String,
    },
    /// The database was locked until the deadline. The job is not in the queue.
    #[non_exhaustive]
    Busy {
        /// How long it was tried.
        after: Duration,
    },
    /// The database could not be reached until the deadline. The job is not in the queue.
    #[non_exhaustive]
    Unreachable {
        /// How long it was tried.
        after: Duration,
        /// Why it could not be reached.
        error: StoreError,
    },
    /// The store had not answered at the deadline. The job may be in the queue or not. If you enqueue it again with the same
    /// [`unique`](crate::Job::unique) key, it is there once.
    #[non_exhaustive]
    NoAnswer {
        /// How long it waited for an answer.
        after: Duration,
    },
    /// The store returned an error. The job is not in the queue.
    Store(StoreError),
}

impl fmt::Display for EnqueueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument { name, error } => write!(f, "the argument `{name}` cannot be written as JSON: {error}"),
            Self::Delay { text } if text.parse::<u64>().is_ok() => {
                write!(f, "{text:?} has no unit: write \"{text}s\" for seconds, or \"10m\", as humantime reads it")
            }
            Self::Delay { text } => write!(f, "{text:?} is no duration: write \"10m\", as humantime reads it"),
            Self::Busy { after } => write!(f, "the queue's database was locked for {after:?}: nothing was enqueued"),
            Self::Unreachable { after, error } => {
                write!(f, "the queue's database could not be reached within {after:?} ({error}): nothing was enqueued")
            }
            Self::NoAnswer { after } => {
                write!(f, "the queue's database did not answer within {after:?}: the job may be in the queue, or not")
            }
            Self::Store(error) => write!(f, "the queue's database refused: {error}"),
        }
    }
}

impl Error for EnqueueError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Argument { error, .. } => Some(error),
            Self::Store(error) | Self::Unreachable { error, .. } => Some(error),
            Self::Delay { .. } | Self::Busy { .. } | Self::NoAnswer { .. } => None,
        }
    }
}

impl From<StoreError> for EnqueueError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
