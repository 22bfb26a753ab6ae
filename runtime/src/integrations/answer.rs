//! What a client is told of a call that gave no value. It names nothing of the program: neither a function nor a tracker,
//! nor what a panic or a cause says.

use crate::error::{Rejected, TaskError};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing of it ran, and there is no room.
    Busy,
    /// Nothing of it ran, and this process, or this service in it, is about to end.
    Ending,
    /// Nothing of it ran, and something else of its kind does.
    Exists,
    /// A mistake of the program's own.
    Failed,
    TimedOut,
    /// It was ended, and may have done a part of its work.
    Cancelled,
}

impl Answer {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Busy => "the service is busy: try again later",
            Self::Ending => "the service is shutting down: try again",
            Self::Exists => "it is running already",
            Self::Failed => "internal error",
            Self::TimedOut => "it took too long",
            Self::Cancelled => "it was ended before it was done",
        }
    }
}

impl From<Rejected> for Answer {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Full => Self::Busy,
            Rejected::Draining | Rejected::OwnerGone | Rejected::Ended => Self::Ending,
            Rejected::AlreadyStarted => Self::Exists,
            Rejected::NoRuntime | Rejected::ZeroPeriod | Rejected::NotPeriodic => Self::Failed,
        }
    }
}

impl From<&TaskError> for Answer {
    fn from(error: &TaskError) -> Self {
        match error {
            TaskError::TimedOut { .. } => Self::TimedOut,
            TaskError::Panicked(_) => Self::Failed,
            TaskError::Cancelled(_) | TaskError::Lost => Self::Cancelled,
            TaskError::Rejected(rejected) => Self::from(*rejected),
        }
    }
}
