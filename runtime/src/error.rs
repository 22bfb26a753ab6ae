use std::any::Any;
use std::error::Error;
use std::fmt;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::CancelCause;

/// Why a detached call gave no value.
///
/// The task's own `Err` is not among these: it is a value, and comes inside `Ok`.
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
#[derive(Debug)]
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
    },
    /// The task panicked.
    Panicked(Panic),
    /// The task was told to stop, and its future was dropped.
    Cancelled(CancelCause),
    /// The call never ran.
    Rejected(Rejected),
    /// The task was dropped together with its runtime.
    Lost,
}

impl fmt::Display for TaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TimedOut { timeout, grace } => timed_out(f, *timeout, *grace),
            Self::Panicked(panic) => write!(f, "panicked: {}", panic.message()),
            Self::Cancelled(cause) => write!(f, "cancelled: {cause}"),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Lost => f.write_str("lost: dropped together with its runtime"),
        }
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

/// Why a call was refused. Nothing of it ran.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// The tracker's bound and its queue are used up.
    Full,
    /// The tracker is draining, or has drained.
    Draining,
    /// The service that was to own the task has no owner left.
    OwnerGone,
    /// The loop runs already.
    AlreadyStarted,
    /// The call was made outside a tokio runtime.
    NoRuntime,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "refused: the tracker is full",
            Self::Draining => "refused: the tracker is draining",
            Self::OwnerGone => "refused: the service has no owner left",
            Self::AlreadyStarted => "refused: the loop runs already",
            Self::NoRuntime => "refused: called outside a tokio runtime",
        })
    }
}

impl Error for Rejected {}

/// What a task panicked with.
///
/// Like [`JoinError::into_panic`](tokio::task::JoinError::into_panic), with the message taken out beforehand, and safe
/// to drop: a payload whose own `Drop` panics does not take the thread with it.
pub struct Panic {
    message: Box<str>,
    /// The lock makes the error `Sync`. `None` once taken out.
    payload: Mutex<Option<Box<dyn Any + Send>>>,
}

impl Panic {
    pub(crate) fn new(payload: Box<dyn Any + Send>) -> Self {
        let message = if let Some(text) = payload.downcast_ref::<&'static str>() {
            (*text).into()
        } else if let Some(text) = payload.downcast_ref::<String>() {
            text.as_str().into()
        } else {
            "a payload that is not a string".into()
        };
        Self { message, payload: Mutex::new(Some(payload)) }
    }

    /// The message that `panic!` was given, or a note that its payload is not a string.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The payload itself, as [`std::panic::resume_unwind`] takes it.
    #[must_use]
    pub fn into_payload(self) -> Box<dyn Any + Send> {
        self.take().unwrap_or_else(|| Box::new(self.message.to_string()))
    }

    fn take(&self) -> Option<Box<dyn Any + Send>> {
        self.payload.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Panic").field(&self.message).finish()
    }
}

impl Drop for Panic {
    fn drop(&mut self) {
        if let Some(payload) = self.take() {
            quietly(|| drop(payload));
        }
    }
}

/// Runs code that may panic, and goes on. Gives the message of the panic.
pub(crate) fn quietly(work: impl FnOnce()) -> Option<Box<str>> {
    let payload = catch_unwind(AssertUnwindSafe(work)).err()?;
    let panic = Panic::new(payload);
    let message = panic.message.clone();
    // Dropping this payload could panic as well, and so on: it is given up instead.
    mem::forget(panic.take());
    Some(message)
}
