//! What tokio's `JoinError` has, and a `TaskError` has not, and a conversion that is none: they do not compile, and the error says
//! what to write instead.

#![allow(missing_docs, clippy::must_use_candidate, reason = "none is ever called")]

use super::{Panic, Rejected, TaskError};
use crate::util::habits;

#[diagnostic::on_unimplemented(
    message = "`.await` waits for the end of the task, and its error is a `TaskError`, which is no `Rejected`",
    label = "write `.admitted()?` instead of `.await?`, and the task runs on; or give a `Result<_, TaskError>`"
)]
pub trait IsARefusal<'a> {}

/// For `?` on an awaited handle, in a function that gives a `Rejected`.
#[doc(hidden)]
impl From<TaskError> for Rejected
where
    TaskError: for<'a> IsARefusal<'a>,
{
    fn from(_: TaskError) -> Self {
        Self::Ended
    }
}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` is an enum, with a variant for a panic",
    label = "write `matches!(error, TaskError::Panicked(_))`"
)]
pub trait SaysPanicked<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` is an enum, with a variant for a cancelled task",
    label = "write `matches!(error, TaskError::Cancelled(_))`"
)]
pub trait SaysCancelled<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` is an enum, with a variant for a timeout",
    label = "write `matches!(error, TaskError::TimedOut {{ .. }})`"
)]
pub trait SaysTimedOut<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` is an enum, whose variant for a panic has the payload",
    label = "write `match error {{ TaskError::Panicked(panic) => panic.into_payload(), … }}`",
    note = "the text of a panic: `panic.message()`"
)]
pub trait GivesPayload<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` names the function that was called, and no task by its number",
    label = "write `.site()`, which a timeout and a panic have"
)]
pub trait HasANumber<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` is an enum, with a variant for a refusal",
    label = "write `matches!(error, TaskError::Rejected(_))`"
)]
pub trait SaysRejected<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `Panic` gives what the task panicked with by `into_payload`",
    label = "write `into_payload()` before this; its text is `.message()`"
)]
pub trait HasAPayload<'a> {}

habits! {
    impl [] TaskError {
        (for<'a> SaysPanicked<'a>) { is_panic() is_panicked() }
        (for<'a> SaysCancelled<'a>) { is_cancelled() is_canceled() is_aborted() is_closed() }
        (for<'a> SaysTimedOut<'a>) { is_timeout() is_timed_out() is_elapsed() }
        (for<'a> SaysRejected<'a>) { is_rejected() is_full() is_refused() rejected() }
        (for<'a> GivesPayload<'a>) { into_panic() try_into_panic() panic() }
        (for<'a> HasANumber<'a>) { id() }
    }
}

habits! {
    impl [] Panic {
        (for<'a> HasAPayload<'a>) { downcast(..) downcast_ref(..) is(..) payload(..) resume(..) }
    }
}
