//! Why a call gave no value.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use super::{CancelCause, Panic, Rejected, named};
use crate::tracker::TaskSite;
use crate::util::text::clean;

/// Why a detached call gave no value.
///
/// The task's own `Err` is not among these: it is a value, and comes inside `Ok`.
///
/// Its `Display` is one line: what a panic or a cause of the user's says is escaped, and cut at 4096 bytes. Of a call that timed
/// out or panicked, it names function, place and tracker behind what happened:
/// ``timed out after 5s: `send_mail` (src/mail.rs:7) in `mail` ``. The others have no room for that: what was refused,
/// [`TaskHandle::refused`](crate::TaskHandle::refused) names, and [`TaskHandle::site`](crate::TaskHandle::site) names every call.
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
    /// The task had not ended when its timeout, and its grace after that, were over. Its future has been dropped, at
    /// an await. A `blocking` function's thread may still be at work: its tracker goes on counting it.
    #[non_exhaustive]
    TimedOut {
        /// The timeout that was over.
        timeout: Duration,
        /// The grace that followed it.
        grace: Duration,
        /// The function whose call it was.
        site: &'static TaskSite,
        /// The name of the tracker that tracked it.
        tracker: &'static str,
    },
    /// The task panicked.
    Panicked(Panic),
    /// The task was cancelled, and its future was dropped.
    Cancelled(CancelCause),
    /// The call never ran.
    Rejected(Rejected),
    /// The task was dropped together with its runtime.
    Lost,
}

impl TaskError {
    /// The function whose call it was, of one that timed out or panicked.
    #[must_use]
    pub fn site(&self) -> Option<&'static TaskSite> {
        self.call().map(|(site, _)| site)
    }

    /// The name of the tracker that tracked it, of one that timed out or panicked.
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
            // Of the function its name alone: its counters are no part of an error.
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
            Self::Cancelled(cause) => write!(f, "cancelled: {cause}")?,
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

impl From<Rejected> for TaskError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}
