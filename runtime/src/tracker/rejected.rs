//! Why a call was refused.

use std::error::Error;
use std::fmt;

use crate::admission::Refusal;

/// Why a call was refused. Its body never ran.
///
/// It does not name the function. [`TaskHandle::refused`](crate::TaskHandle::refused) gives a [`Refused`](crate::Refused),
/// which does.
///
/// [`TaskHandle::admitted`](crate::TaskHandle::admitted) returns it. Nothing of the call is left: to lose no arguments, give
/// the function an [`unfinished`](crate::Unfinished) hook.
///
/// ```
/// use outlive::Rejected;
///
/// /// The status of a response, for a caller that may try again.
/// fn status(rejected: Rejected) -> u16 {
///     match rejected {
///         Rejected::Full => 429,
///         Rejected::Draining => 503,
///         _ => 500,
///     }
/// }
/// # assert_eq!(status(Rejected::Full), 429);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Rejected {
    /// The tracker and its queue are full.
    Full,
    /// The tracker is draining, or has drained.
    Draining,
    /// The service that would track the task has no owner left.
    OwnerGone,
    /// The loop or the worker was started on this service already, and still runs.
    AlreadyStarted,
    /// The call was made outside a tokio runtime.
    NoRuntime,
    /// The period of the loop, which was computed at its start, is zero.
    ZeroPeriod,
    /// [`TaskHandle::now`](crate::TaskHandle::now) was called on a handle that is not of a `#[periodic]` loop.
    NotPeriodic,
    /// [`TaskHandle::now`](crate::TaskHandle::now) was called, and the loop has ended.
    Ended,
}

impl Rejected {
    /// Why, for a report that already says that the call was refused.
    pub(crate) const fn why(self) -> &'static str {
        match self {
            Self::Full => "the tracker is full",
            Self::Draining => "the tracker is draining",
            Self::OwnerGone => "the service has no owner left",
            Self::AlreadyStarted => "the loop runs already",
            Self::NoRuntime => "called outside a tokio runtime",
            Self::ZeroPeriod => "the period of the loop is zero",
            Self::NotPeriodic => "the function is not periodic",
            Self::Ended => "the loop has ended",
        }
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.why())
    }
}

impl Error for Rejected {}

impl From<Refusal> for Rejected {
    #[inline]
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Full => Self::Full,
            Refusal::Draining => Self::Draining,
            Refusal::OwnerGone => Self::OwnerGone,
        }
    }
}
