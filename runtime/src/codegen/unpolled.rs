//! Results that nobody polls: a future that a task gives back would never run.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::task::{AbortOnDrop, TaskHandle};

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
