//! Error messages about futures: `detach!` needs one, and a task must not return one, because nothing would poll it.

use std::future::{Pending, pending};
use std::marker::PhantomData;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::report::ErrorProbe;
use crate::task::{AbortOnDrop, Call, TaskHandle};
use crate::tracker::Binding;

/// The argument of `detach!`. It is a trait for its error message: the macro uses the future only through it, so a value that is no
/// future is one error, and a large future is not moved for the check.
#[diagnostic::on_unimplemented(
    message = "`detach!` runs a future, and this is `{Self}`",
    label = "not a future",
    note = "write a block as `async {{ … }}`, and of a closure that awaits leave `||`, or `move ||`, out; call a function that gives a future",
    note = "of work that blocks its thread, make a function: `#[detached(timeout = \"5s\", track = AUDIT, blocking)]`"
)]
pub trait Detachable: Sized {
    type Gives;

    #[track_caller]
    fn __outlive_detach<B: Binding>(
        call: Call<(), B>,
        given: Self,
        error_of: ErrorProbe<Self::Gives>,
        begins: fn(Begun<'_, Self>),
    ) -> TaskHandle<Self::Gives>
    where
        Self: Send + 'static,
        Self::Gives: Send + 'static;
}

#[diagnostic::do_not_recommend]
impl<F: Future> Detachable for F {
    type Gives = F::Output;

    #[track_caller]
    #[inline]
    fn __outlive_detach<B: Binding>(
        call: Call<(), B>,
        given: Self,
        error_of: ErrorProbe<F::Output>,
        _: fn(Begun<'_, F>),
    ) -> TaskHandle<F::Output>
    where
        F: Send + 'static,
        F::Output: Send + 'static,
    {
        call.spawn(given, move || error_of)
    }
}

/// A future that `detach!` is to start, for the question whether it is the handle of a task that has begun already. The
/// question is the compiler's alone: nothing of it runs, and the future is not moved for it.
pub struct Begun<'a, T>(PhantomData<&'a T>);

/// A trait that no type implements, for the error message about such a handle.
#[diagnostic::on_unimplemented(
    message = "`detach!` starts a task, and `{Self}` is the handle of one that has begun",
    label = "this call has started a task: leave `detach!` out, and keep the call alone"
)]
pub trait Startable {}

pub trait ViaHandle<T> {
    fn __outlive_begins(&self)
    where
        T: Startable;
}

impl<T: StartsBefore> ViaHandle<T> for &Begun<'_, T> {
    fn __outlive_begins(&self)
    where
        T: Startable,
    {
    }
}

pub trait ViaNoHandle {
    fn __outlive_begins(&self);
}

impl<T> ViaNoHandle for Begun<'_, T> {
    fn __outlive_begins(&self) {}
}

/// The handle of a task.
pub trait StartsBefore {}

impl<T> StartsBefore for TaskHandle<T> {}

impl<T> StartsBefore for AbortOnDrop<T> {}

impl<T> StartsBefore for tokio::task::JoinHandle<T> {}

/// An argument of `detach!` that is wrapped into another future first, where a value that is no future would be a second error.
pub struct Given<T>(pub T);

impl<F: Future> Given<F> {
    pub fn __outlive_future(self) -> F {
        self.0
    }
}

/// A value that is no future. It returns a future, to avoid a second error.
pub trait ViaNoFuture {
    type What;

    fn __outlive_future(self) -> Pending<()>
    where
        Self::What: Detachable;
}

impl<T> ViaNoFuture for Given<T> {
    type What = T;

    fn __outlive_future(self) -> Pending<()>
    where
        T: Detachable,
    {
        pending()
    }
}

/// A trait that no future implements, for the error message about a result that is a future.
#[diagnostic::on_unimplemented(
    message = "this task would give back a future, which nobody polls: `{Self}`",
    label = "await it in the body, and give back its value"
)]
pub trait Awaited {}

/// A future that makes progress without being polled, such as a handle.
pub trait RunsByItself {}

impl<T> RunsByItself for TaskHandle<T> {}

impl<T> RunsByItself for AbortOnDrop<T> {}

impl<T> RunsByItself for oneshot::Receiver<T> {}

/// A type that holds another type, such as a `Result`.
pub trait Holds {
    type Held;
}

macro_rules! containers {
    ($($type:ty { $($parameters:tt)* })*) => {$(
        impl<$($parameters)*> Holds for $type {
            type Held = T;
        }
    )*};
}

containers! {
    Option<T> { T }
    Result<T, E> { T, E }
    Vec<T> { T }
    Arc<T> { T }
    [T; N] { T, const N: usize }
}

macro_rules! exempt {
    ($($type:ty { $($parameters:tt)* })*) => {$(
        impl<$($parameters)*> RunsByItself for $type {}
    )*};
}

exempt! {
    Option<T> { T: RunsByItself }
    Result<T, E> { T: RunsByItself, E }
    Vec<T> { T: RunsByItself }
    Arc<T> { T: RunsByItself }
    [T; N] { T: RunsByItself, const N: usize }
}
