//! The output of a task, for its handle.

use std::any::type_name;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::try_id;

use crate::context::Values;
use crate::error::{CancelCause, Panic, Rejected, TaskError};
use crate::report::{self, ErrorProbe, Facts};
use crate::tracker::{Outcome, TaskSite, TrackerRef};
use crate::util::PackedDuration;

/// The output of a task, for its handle. An `Err` that nobody takes is reported when this is dropped.
pub(crate) struct JoinOutput<T> {
    pub(super) content: Option<Result<T, Failure>>,
    pub(super) unseen: Option<Unseen<T>>,
    pub(super) tracker: TrackerRef,
}

/// The data to report an `Err` that nobody has seen. It is stored beside the value, so that a failure allocates no more than
/// a success.
pub(super) struct Unseen<T> {
    pub(super) error_of: ErrorProbe<T>,
    pub(super) site: &'static TaskSite,
    pub(super) values: Option<Arc<Values>>,
    pub(super) elapsed: PackedDuration,
    pub(super) queue_delay: PackedDuration,
    pub(super) attempts: u32,
    /// The task drops it itself, inside its span.
    pub(super) in_span: bool,
    /// Whether the task has reported it.
    pub(super) is_reported: bool,
}

/// Why there is no value. It is small, because it is moved often and read rarely.
pub(super) enum Failure {
    Panicked(Box<Panic>),
    TimedOut(Duration),
    /// Its last attempt exceeded this timeout.
    AttemptTimedOut(Duration),
    Cancelled(CancelCause),
    Rejected(Rejected),
    Lost,
}

impl<T> JoinOutput<T> {
    pub(super) fn outcome(&self) -> Outcome {
        match &self.content {
            Some(Ok(_)) if self.unseen.is_some() => Outcome::Failed,
            Some(Ok(_)) => Outcome::Completed,
            Some(Err(Failure::Panicked(_))) => Outcome::Panicked,
            Some(Err(Failure::TimedOut(_) | Failure::AttemptTimedOut(_))) => Outcome::TimedOut,
            Some(Err(Failure::Cancelled(_))) => Outcome::Cancelled,
            Some(Err(Failure::Rejected(_))) => Outcome::NeverStarted,
            Some(Err(Failure::Lost)) | None => Outcome::Lost,
        }
    }

    /// The value, if there is one. It is read where it lies: to match on the whole output would move all of it.
    #[inline]
    pub(crate) fn take_value(&mut self) -> Option<T> {
        self.content.take_if(|content| content.is_ok())?.ok()
    }

    /// Takes the tracker, if nothing else is left to drop after its value was taken.
    #[inline]
    pub(super) fn take_rest(&mut self) -> Option<TrackerRef> {
        let is_empty = self.content.is_none() && self.unseen.is_none();
        is_empty.then(|| mem::replace(&mut self.tracker, TrackerRef::NONE))
    }

    /// Why there is no value.
    pub(crate) fn failed(mut self, site: &'static TaskSite) -> TaskError {
        match self.content.take() {
            Some(Err(failure)) => failure.into_error(site, self.tracker.core().name()),
            Some(Ok(_)) | None => TaskError::Lost,
        }
    }
}

impl Failure {
    fn into_error(self, site: &'static TaskSite, tracker: &'static str) -> TaskError {
        match self {
            Self::Panicked(panic) => TaskError::Panicked(panic.of(site, tracker)),
            Self::TimedOut(timeout) => TaskError::TimedOut { timeout, grace: site.grace(), site, tracker },
            Self::AttemptTimedOut(timeout) => TaskError::TimedOut { timeout, grace: Duration::ZERO, site, tracker },
            Self::Cancelled(cause) => TaskError::Cancelled(cause),
            Self::Rejected(rejected) => TaskError::Rejected(rejected),
            Self::Lost => TaskError::Lost,
        }
    }
}

impl<T> Drop for JoinOutput<T> {
    #[inline]
    fn drop(&mut self) {
        if self.content.is_some() {
            self.report_unseen();
        }
    }
}

impl<T> JoinOutput<T> {
    /// The handle was dropped before it took the output: reports an unseen `Err`.
    #[cold]
    fn report_unseen(&self) {
        drop(self.tracker.core().admission().take_abort_cause(try_id));
        let unseen = self.unseen.as_ref().filter(|unseen| !unseen.is_reported);
        if let (Some(Ok(value)), Some(unseen)) = (&self.content, unseen) {
            if let Some(error) = (unseen.error_of)(value) {
                let facts = Facts::new(unseen.site, self.tracker.core(), unseen.values.clone())
                    .after(unseen.elapsed.get())
                    .queued_for(unseen.queue_delay.get())
                    .after_attempts(unseen.attempts)
                    .in_span(unseen.in_span);
                report::send(Outcome::Failed, &facts, &error);
            }
        }
    }
}

/// Whether a task has to know that its handle was dropped: if a `T` has a destructor, or may be an `Err`.
pub(super) fn is_watched<T>() -> bool {
    mem::needs_drop::<T>() || is_result::<T>()
}

/// Whether `T` is a `Result`, by its type name, because there is no bound on the user's type. It works through aliases, and
/// is a constant.
fn is_result<T>() -> bool {
    type_name::<T>().starts_with("core::result::Result<")
}

#[cfg(test)]
mod tests {
    use super::is_watched;

    #[test]
    fn who_gives_nothing_that_could_be_missed_is_not_watched() {
        type Outcome = Result<(), u8>;

        #[derive(Clone, Copy)]
        struct Plain(#[allow(dead_code, reason = "only its type is looked at")] u64);

        assert!(!is_watched::<()>() && !is_watched::<bool>() && !is_watched::<Plain>() && !is_watched::<Option<u8>>());
        assert!(is_watched::<Outcome>() && is_watched::<Result<Plain, std::fmt::Error>>());
        assert!(is_watched::<String>() && is_watched::<Option<Box<u8>>>());
    }
}
