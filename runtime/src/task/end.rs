//! How a task ended, for its counters, its drain, its hook and its handle.

use std::time::Duration;

use super::join_output::Failure;
use super::unfinished::Reason;
use crate::admission::{Exit, Failing};
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
    /// It was queued, and its wait was ended.
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

    /// The exit for a drain.
    pub(super) fn exit(&self, is_err: bool, as_it_asked: bool, cancelled_by_drain: bool) -> Exit {
        match self {
            Self::NeverStarted(_) => Exit::NeverStarted,
            Self::Cancelled(_) | Self::Lost if as_it_asked => Exit::Dropped,
            Self::Cancelled(_) | Self::Lost => Exit::Aborted,
            // A task that a drain cancelled, and whose timeout and grace ended later, was dropped by the drain.
            Self::TimedOut if cancelled_by_drain => Exit::Aborted,
            _ if cancelled_by_drain => Exit::Cancelled(self.failing(is_err)),
            Self::TimedOut => Exit::Failed(Failing::TimedOut),
            Self::Panicked(_) => Exit::Failed(Failing::Panicked),
            Self::Returned(_) if is_err => Exit::Failed(Failing::Failed),
            Self::Returned(_) => Exit::Finished,
        }
    }

    #[cold]
    fn failing(&self, is_err: bool) -> Option<Failing> {
        match self {
            Self::Panicked(_) => Some(Failing::Panicked),
            _ => is_err.then_some(Failing::Failed),
        }
    }

    /// The cause to set for a task that was dropped without a cancellation, so that its destructors and its hook see it. A
    /// passed deadline needs none.
    pub(super) fn cause(&self) -> Option<CancelCause> {
        match self {
            Self::Cancelled(cause) => Some(cause.clone()),
            Self::NeverStarted(Rejected::OwnerGone) => Some(CancelCause::OwnerDropped),
            Self::NeverStarted(_) => Some(CancelCause::Shutdown),
            Self::Returned(_) | Self::Panicked(_) | Self::TimedOut | Self::Lost => None,
        }
    }

    /// `whole` keeps a panic's full message, for the program; a report cuts it.
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

    /// `overran` is the timeout that its last attempt exceeded.
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
