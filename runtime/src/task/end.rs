//! How a task ended, in the words of each who wants to know: its counters, its drain, its hook, its handle.

use std::time::Duration;

use super::join_output::Failure;
use super::unfinished::Reason;
use crate::admission::Exit;
use crate::error::{CancelCause, Panic, Rejected};
use crate::report::ErrorView;
use crate::tracker::Outcome;
use crate::util::text::{self, TEXT};

/// How a task ended.
pub(super) enum End<T> {
    Returned(T),
    Panicked(Panic),
    TimedOut,
    Cancelled(CancelCause),
    /// Queued until its wait was ended.
    NeverStarted(Rejected),
    Lost,
}

impl<T> End<T> {
    pub(super) fn outcome(&self, is_err: bool) -> Outcome {
        match self {
            Self::Returned(_) if is_err => Outcome::Failed,
            Self::Returned(_) => Outcome::Completed,
            Self::Panicked(_) => Outcome::Panicked,
            Self::TimedOut => Outcome::TimedOut,
            Self::Cancelled(_) => Outcome::Cancelled,
            Self::NeverStarted(_) => Outcome::NeverStarted,
            Self::Lost => Outcome::Lost,
        }
    }

    /// What a drain says of it. A worker without a grace asks to be dropped.
    pub(super) fn exit(&self, as_it_asked: bool, cancelled_by_drain: bool) -> Exit {
        match self {
            Self::NeverStarted(_) => Exit::NeverStarted,
            Self::Cancelled(_) | Self::Lost if as_it_asked => Exit::Finished,
            Self::Cancelled(_) | Self::Lost => Exit::Aborted,
            // One that was cancelled and had its own timeout and grace after that was dropped, too.
            Self::TimedOut if cancelled_by_drain => Exit::Aborted,
            _ if cancelled_by_drain => Exit::Cancelled,
            _ => Exit::Finished,
        }
    }

    /// Dropped without having been cancelled: whoever looks at its context, its own destructors and its hook too, finds
    /// the cause. A deadline that has passed is one by itself.
    pub(super) fn cause(&self) -> Option<CancelCause> {
        match self {
            Self::Cancelled(cause) => Some(cause.clone()),
            Self::NeverStarted(Rejected::OwnerGone) => Some(CancelCause::OwnerDropped),
            Self::NeverStarted(_) => Some(CancelCause::Shutdown),
            Self::Returned(_) | Self::Panicked(_) | Self::TimedOut | Self::Lost => None,
        }
    }

    /// `whole` where a program gets it, and not only a report.
    pub(super) fn reason(
        &self,
        error: Option<&ErrorView<'_>>,
        (timeout, grace): (Duration, Duration),
        whole: bool,
    ) -> Reason {
        match self {
            Self::Returned(_) => Reason::Failed(error.map(|error| text::shown(error, TEXT)).unwrap_or_default()),
            Self::Panicked(panic) if whole => Reason::Panicked(panic.message().to_owned()),
            Self::Panicked(panic) => Reason::Panicked(text::shown(&panic.message(), TEXT)),
            Self::TimedOut => Reason::TimedOut { timeout, grace },
            Self::Cancelled(cause) => Reason::Cancelled(cause.clone()),
            Self::NeverStarted(Rejected::OwnerGone) => Reason::Rejected(Rejected::OwnerGone),
            Self::NeverStarted(_) => Reason::NeverStarted,
            Self::Lost => Reason::Lost,
        }
    }

    /// `overran` is the time of an attempt that was its last.
    pub(super) fn into_result(self, timeout: Duration, overran: Option<Duration>) -> Result<T, Failure> {
        match self {
            Self::Returned(value) => Ok(value),
            Self::Panicked(panic) => Err(Failure::Panicked(Box::new(panic))),
            Self::TimedOut => Err(overran.map_or(Failure::TimedOut(timeout), Failure::AttemptTimedOut)),
            Self::Cancelled(cause) => Err(Failure::Cancelled(cause)),
            Self::NeverStarted(rejected) => Err(Failure::Rejected(rejected)),
            Self::Lost => Err(Failure::Lost),
        }
    }
}
