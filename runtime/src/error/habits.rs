//! What tokio's `JoinError` has, and a `TaskError` has not, and a conversion that is none: they do not compile, and the error says
//! what to write instead.

#![allow(missing_docs, clippy::must_use_candidate, reason = "none is ever called")]

use std::any::Any;

use super::{Rejected, TaskError};
use crate::tracker::TaskSite;

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

impl TaskError {
    #[doc(hidden)]
    pub fn is_panic(&self) -> bool
    where
        Self: for<'a> SaysPanicked<'a>,
    {
        false
    }

    #[doc(hidden)]
    pub fn is_cancelled(&self) -> bool
    where
        Self: for<'a> SaysCancelled<'a>,
    {
        false
    }

    #[doc(hidden)]
    pub fn is_timeout(&self) -> bool
    where
        Self: for<'a> SaysTimedOut<'a>,
    {
        false
    }

    #[doc(hidden)]
    pub fn into_panic(self) -> Box<dyn Any + Send>
    where
        Self: for<'a> GivesPayload<'a>,
    {
        Box::new(())
    }

    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "it is never called")]
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, Self>
    where
        Self: for<'a> GivesPayload<'a>,
    {
        Err(self)
    }

    #[doc(hidden)]
    pub fn id(&self) -> Option<&'static TaskSite>
    where
        Self: for<'a> HasANumber<'a>,
    {
        None
    }
}
