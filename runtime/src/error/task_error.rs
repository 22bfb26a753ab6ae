//! Why a call returned no value.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use super::{CancelCause, Panic, Rejected, named};
use crate::tracker::TaskSite;
use crate::util::text::clean;

/// Why a detached call returned no value.
///
/// The task's own `Err` is not among them: it is a value, inside `Ok`.
///
/// Its `Display` is one line: the text of a panic or of your own cause is escaped, and cut at 4096 bytes. For a timeout or a
/// panic it ends with the function, its file and line, and the tracker:
/// ``timed out after 5s: `send_mail` (src/mail.rs:7) in `mail` ``. The other variants do not have these names:
/// [`TaskHandle::refused`](crate::TaskHandle::refused) has them for a refusal, and
/// [`TaskHandle::site`](crate::TaskHandle::site) for every call.
///
/// ```
/// use outlive::{TaskError, Tracker, detached};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: String) {
///     panic!("no server for {to}");
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// match send_mail("ada@example.org".to_owned()).await {
///     Ok(()) => unreachable!(),
///     Err(TaskError::Panicked(panic)) => assert_eq!(panic.message(), "no server for ada@example.org"),
///     Err(other) => panic!("{other}"),
/// }
/// # }
/// ```
#[non_exhaustive]
pub enum TaskError {
    /// The task had not ended when its timeout and its grace were over. Its future was dropped, at an await. The thread of a
    /// `blocking` function may still run: its tracker continues to count it.
    #[non_exhaustive]
    TimedOut {
        /// The timeout.
        timeout: Duration,
        /// The grace after the timeout.
        grace: Duration,
        /// The function that was called.
        site: &'static TaskSite,
        /// The name of the tracker that tracked it.
        tracker: &'static str,
    },
    /// The task panicked.
    Panicked(Panic),
    /// The task was aborted: a drain, its handle, or the end of its service's last owner had its future dropped.
    Cancelled(CancelCause),
    /// The call was refused, and never ran.
    Rejected(Rejected),
    /// The task was dropped together with its runtime.
    Lost,
}

impl TaskError {
    /// The function that was called, if the call timed out or panicked.
    #[must_use]
    pub fn site(&self) -> Option<&'static TaskSite> {
        self.call().map(|(site, _)| site)
    }

    /// The name of the call's tracker, if the call timed out or panicked.
    #[must_use]
    pub fn tracker(&self) -> Option<&'static str> {
        self.call().map(|(_, tracker)| tracker)
    }

    fn call(&self) -> Option<(&'static TaskSite, &'static str)> {
        match self {
            Self::TimedOut { site, tracker, .. } => Some((site, tracker)),
            Self::Panicked(panic) => Some((panic.site()?, panic.tracker()?)),
            Self::Cancelled(_) | Self::Rejected(_) | Self::Lost => None,
        }
    }
}

impl fmt::Debug for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Only the function's name, without its counters.
            Self::TimedOut { timeout, grace, site, tracker } => f
                .debug_struct("TimedOut")
                .field("timeout", timeout)
                .field("grace", grace)
                .field("task", &site.name())
                .field("tracker", tracker)
                .finish(),
            Self::Panicked(panic) => f.debug_tuple("Panicked").field(panic).finish(),
            Self::Cancelled(cause) => f.debug_tuple("Cancelled").field(cause).finish(),
            Self::Rejected(rejected) => f.debug_tuple("Rejected").field(rejected).finish(),
            Self::Lost => f.write_str("Lost"),
        }
    }
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { timeout, grace, .. } => timed_out(f, *timeout, *grace)?,
            Self::Panicked(panic) => write!(f, "panicked: {}", clean(panic.message()))?,
            Self::Cancelled(cause) => write!(f, "aborted: {cause}")?,
            Self::Rejected(rejected) => rejected.fmt(f)?,
            Self::Lost => f.write_str("lost: dropped together with its runtime")?,
        }
        self.call().map_or(Ok(()), |(site, tracker)| named(f, site, tracker))
    }
}

pub(crate) fn timed_out(f: &mut fmt::Formatter<'_>, timeout: Duration, grace: Duration) -> fmt::Result {
    write!(f, "timed out after {timeout:?}")?;
    if grace.is_zero() { Ok(()) } else { write!(f, " and a grace of {grace:?}") }
}

impl Error for TaskError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Cancelled(CancelCause::Other(cause)) => Some(cause),
            _ => None,
        }
    }
}

/// So that `.await??` works where the error is an `io::Error`, as it does for the error of a tokio task. Its kind is
/// [`Other`](io::ErrorKind::Other), and it has the `TaskError` inside.
///
/// ```
/// use std::io;
/// use outlive::{Tracker, detached};
///
/// static STORE: Tracker = Tracker::bounded("store", 8);
///
/// #[detached(timeout = "5s", track = STORE)]
/// async fn put(row: String) -> Result<u64, io::Error> {
///     Ok(row.len() as u64)
/// }
///
/// async fn place(row: &str) -> Result<u64, io::Error> {
///     Ok(put(row.to_owned()).await?? + 1)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(place("a row").await.unwrap(), 6);
/// # }
/// ```
impl From<TaskError> for io::Error {
    fn from(error: TaskError) -> Self {
        Self::other(error)
    }
}

impl From<Rejected> for TaskError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
