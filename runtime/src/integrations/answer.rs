//! The answers to clients for calls without a value. They contain no names of functions or trackers, and no text of a panic
//! or a cause.

use crate::error::{Rejected, TaskError};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The call never ran, because there was no room.
    Busy,
    /// The call never ran, because the process or the service is shutting down.
    Ending,
    /// The call never ran, because such a loop runs already.
    Exists,
    /// A mistake of the program's own.
    Failed,
    TimedOut,
    /// It was aborted, and may have done a part of its work.
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
