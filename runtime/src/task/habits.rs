//! What other handles and results have, and a `TaskHandle` has not: a call of it does not compile, and the error says what to
//! write instead.
//!
//! They stand behind `Deref`, so that the methods of any extension trait for futures come first.

#![allow(
    missing_docs,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::unused_self,
    reason = "none is ever called"
)]

use std::marker::PhantomData;
use std::ops::Deref;

use super::handle::TaskHandle;
use crate::error::TaskError;
use crate::util::habits;

pub struct HandleHabits<T>(PhantomData<fn() -> T>);

#[doc(hidden)]
impl<T> Deref for TaskHandle<T> {
    type Target = HandleHabits<T>;

    fn deref(&self) -> &HandleHabits<T> {
        &HandleHabits(PhantomData)
    }
}

#[diagnostic::on_unimplemented(
    message = "the handle of a call is a future, and its task's result comes when it is awaited",
    label = "write `.await` before this",
    note = "to let the task run on, and see only whether the call was refused, write `.admitted()`: it gives a `Result` at once"
)]
pub trait HasResult<'a> {}

#[diagnostic::on_unimplemented(
    message = "the handle of a call is a future, which waits for its task when it is awaited",
    label = "write `.await` instead of this"
)]
pub trait Joins<'a> {}

#[diagnostic::on_unimplemented(
    message = "the timeout of a call is an argument of its function's attribute",
    label = "leave this method out, and write the time there: `#[detached(timeout = \"10s\", …)]`",
    note = "to wait for a shorter time, and let the task run on: `tokio::time::timeout(Duration::from_secs(1), handle).await`"
)]
pub trait TakesTime<'a> {}

#[diagnostic::on_unimplemented(
    message = "a handle aborts its task for a cause, which the task's report names",
    label = "write `abort(CancelCause::Requested)` instead of this"
)]
pub trait Cancels<'a> {}

#[diagnostic::on_unimplemented(
    message = "the call is detached already, and its task runs on when this handle is dropped",
    label = "leave this method out"
)]
pub trait Detaches<'a> {}

impl<T> HandleHabits<T> {
    pub fn unwrap(&self) -> T
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn expect(&self, _: &str) -> T
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn unwrap_or(&self, _: T) -> T
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn unwrap_or_default(&self) -> T
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn unwrap_or_else<F>(&self, _: F) -> T
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn unwrap_err(&self) -> TaskError
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn expect_err(&self, _: &str) -> TaskError
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn ok(&self) -> Option<T>
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn err(&self) -> Option<TaskError>
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn is_ok(&self) -> bool
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn is_err(&self) -> bool
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn map<F, R>(&self, _: F) -> R
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn map_err<F, R>(&self, _: F) -> R
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn and_then<F, R>(&self, _: F) -> R
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn or_else<F, R>(&self, _: F) -> R
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn join(&self) -> Result<T, TaskError>
    where
        T: for<'a> Joins<'a>,
    {
        never()
    }

    pub fn wait(&self) -> Result<T, TaskError>
    where
        T: for<'a> Joins<'a>,
    {
        never()
    }

    pub fn timeout<D, R>(&self, _: D) -> R
    where
        T: for<'a> TakesTime<'a>,
    {
        never()
    }

    pub fn with_timeout<D, R>(&self, _: D) -> R
    where
        T: for<'a> TakesTime<'a>,
    {
        never()
    }

    pub fn cancel(&self)
    where
        T: for<'a> Cancels<'a>,
    {
    }

    pub fn stop(&self)
    where
        T: for<'a> Cancels<'a>,
    {
    }

    pub fn block_on(&self) -> Result<T, TaskError>
    where
        T: for<'a> Joins<'a>,
    {
        never()
    }

    pub fn inspect_err<F, R>(&self, _: F) -> R
    where
        T: for<'a> HasResult<'a>,
    {
        never()
    }

    pub fn detach(&self)
    where
        T: for<'a> Detaches<'a>,
    {
    }

    pub fn forget(&self)
    where
        T: for<'a> Detaches<'a>,
    {
    }
}

#[diagnostic::on_unimplemented(
    message = "a handle says whether its call was refused by `admitted`, which gives a `Result`",
    label = "write `admitted().is_err()` instead of this",
    note = "`.refused()` gives the refusal with the names of the function and the tracker, or `None`"
)]
pub trait SaysRefused<'a> {}

#[diagnostic::on_unimplemented(
    message = "a handle knows its function, and no task by its number",
    label = "write `site()` instead of this: it has the function's name, its place and its counts"
)]
pub trait KnowsItsSite<'a> {}

#[diagnostic::on_unimplemented(
    message = "a handle has one owner: whoever has it awaits or aborts its task",
    label = "leave this out; to abort the task from elsewhere, put the handle into an `Arc`, and write `handle.abort(CancelCause::Requested)`"
)]
pub trait HasOneOwner<'a> {}

#[diagnostic::on_unimplemented(
    message = "a call starts at once: a call for later is a task that sleeps first",
    label = "leave this out, and sleep in the function; one that must survive a restart is a `#[durable]` function, `.after(…)`"
)]
pub trait StartsAtOnce<'a> {}

#[diagnostic::on_unimplemented(
    message = "a loop runs on demand by `now`, and each run has its period in the attribute",
    label = "only the handle of a `#[periodic]` loop can do this: write `now()`"
)]
pub trait RunsByNow<'a> {}

habits! {
    impl [T] TaskHandle<T> {
        (for<'a> SaysRefused<'a>) { is_rejected(..) is_refused(..) rejected(..) is_admitted(..) is_full(..) }
        (for<'a> KnowsItsSite<'a>) { id(..) name(..) status(..) counts(..) }
        (for<'a> HasOneOwner<'a>) { abort_handle(..) clone(..) }
        (for<'a> StartsAtOnce<'a>) { delay(..) after(..) schedule(..) apply_async(..) in_seconds(..) countdown(..) }
        (for<'a> RunsByNow<'a>) { now(..) trigger(..) run_now(..) run(..) tick(..) fire(..) }
    }
}

fn never<T>() -> T {
    unreachable!("a call of it does not compile")
}
