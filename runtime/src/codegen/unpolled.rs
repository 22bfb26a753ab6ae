//! What is a future, and what is none, in the words of outlive: what `detach!` is given, and what a task gives back, which
//! nobody would poll.

use std::future::{Pending, pending};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::report::ErrorProbe;
use crate::task::{AbortOnDrop, Call, TaskHandle};
use crate::tracker::Binding;

/// What `detach!` runs. A trait, for its message: all that the macro asks of its future goes through here, so that what is none is
/// one error, and one that is large is not moved about to say so.
#[diagnostic::on_unimplemented(
    message = "`detach!` runs a future, and this is `{Self}`",
    label = "not a future",
    note = "write a block as `async {{ … }}`, and of a closure leave `||` out; call a function that gives a future"
)]
pub trait Detachable: Sized {
    type Gives;

    #[track_caller]
    fn __outlive_detach<B: Binding>(
        call: Call<(), B>,
        given: Self,
        error_of: ErrorProbe<Self::Gives>,
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
    ) -> TaskHandle<F::Output>
    where
        F: Send + 'static,
        F::Output: Send + 'static,
    {
        call.spawn(given, error_of)
    }
}

/// What is given to `detach!` and is wrapped into another future first, which would be an error of its own.
pub struct Given<T>(pub T);

impl<F: Future> Given<F> {
    pub fn __outlive_future(self) -> F {
        self.0
    }
}

/// What is no future. It gives one, so as not to be a second error.
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

/// What a result is that is no future. A trait, for its message: no future has it.
#[diagnostic::on_unimplemented(
    message = "this task would give back a future, which nobody polls: `{Self}`",
    label = "await it in the body, and give back its value"
)]
pub trait Awaited {}

/// A future that goes on by itself, whoever waits for it.
pub trait RunsByItself {}

impl<T> RunsByItself for TaskHandle<T> {}

impl<T> RunsByItself for AbortOnDrop<T> {}

impl<T> RunsByItself for oneshot::Receiver<T> {}

/// What a result is around what it gives.
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
