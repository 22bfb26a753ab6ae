//! What is a future, and what is none, in the words of outlive: what `detach!` is given, and what a task gives back, which
//! nobody would poll.

use std::future::{Pending, pending};
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::task::{AbortOnDrop, TaskHandle};

/// What `detach!` is given.
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

/// What nothing is that is no future. A trait, for its message.
#[diagnostic::on_unimplemented(
    message = "`detach!` runs a future, and this is `{Self}`",
    label = "not a future",
    note = "write a block as `async {{ … }}`, and a closure without its bars; call a function that gives a future"
)]
pub trait Detachable {}

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
