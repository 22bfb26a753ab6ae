//! What tokio's `JoinError` has, and a `TaskError` has not, and a conversion that is none: they do not compile, and the error says
//! what to write instead.

#![allow(missing_docs, clippy::must_use_candidate, reason = "none is ever called")]

use super::{CancelCause, Panic, Rejected, TaskError};
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

/// Variants that an enum has not: a name that is no variant does not compile.
macro_rules! no_variants {
    ($($of:ty, ($($bound:tt)+) { $($name:ident)* })+) => {$(
        #[doc(hidden)]
        #[allow(non_upper_case_globals, reason = "they stand for variants")]
        impl $of
        where
            Self: $($bound)+,
        {
            $(pub const $name: () = ();)*
        }
    )+};
}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` says that the task had not ended in time by `TimedOut`",
    label = "write `TimedOut {{ .. }}` instead of this"
)]
pub trait TimedOutVariant<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` says why there is no value; an `Err` of the function's own is a value: `Ok(Err(error))`",
    label = "write `Ok(Err(error))` in place of `Err(TaskError::…(error))`"
)]
pub trait OwnErrorIsAValue<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` has a refusal in its variant `Rejected`",
    label = "write `Rejected(Rejected::Full)`, `Rejected(Rejected::Draining)`, or `Rejected(_)`, instead of this"
)]
pub trait InsideRejected<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` has a panic in its variant `Panicked`",
    label = "write `Panicked(panic)` instead of this"
)]
pub trait PanickedVariant<'a> {}

#[diagnostic::on_unimplemented(
    message = "a `TaskError` has the cause of a cancellation or an abort in its variant `Cancelled`",
    label = "write `Cancelled(cause)` instead of this"
)]
pub trait CancelledVariant<'a> {}

no_variants! {
    TaskError, (for<'a> TimedOutVariant<'a>) { Timeout Elapsed DeadlineExceeded }
    TaskError, (for<'a> OwnErrorIsAValue<'a>) { Failed Error Inner Task Err }
    TaskError, (for<'a> InsideRejected<'a>) { Full Draining Refused QueueFull Closed NoRuntime }
    TaskError, (for<'a> PanickedVariant<'a>) { Panic Join JoinError }
    TaskError, (for<'a> CancelledVariant<'a>) { Aborted Canceled Shutdown }
}

#[diagnostic::on_unimplemented(
    message = "a refusal by a tracker that drains, or has drained, is `Rejected::Draining`",
    label = "write `Draining` instead of this"
)]
pub trait DrainingVariant<'a> {}

#[diagnostic::on_unimplemented(
    message = "a refusal by a tracker whose places and queue are taken is `Rejected::Full`",
    label = "write `Full` instead of this"
)]
pub trait FullVariant<'a> {}

no_variants! {
    Rejected, (for<'a> DrainingVariant<'a>) { Closed Shutdown Drained ShuttingDown Stopped }
    Rejected, (for<'a> FullVariant<'a>) { QueueFull Overloaded Busy AtCapacity Saturated }
}

#[diagnostic::on_unimplemented(
    message = "a `CancelCause` says who has cancelled: a timeout, a shutdown, an owner, a client, or a request",
    label = "write `Requested` instead of this, or, of your own, `Other(Arc::new(error))`"
)]
pub trait SaysWho<'a> {}

no_variants! {
    CancelCause, (for<'a> SaysWho<'a>) { Cancelled Canceled Aborted Cancel User Manual Unknown Custom }
}
