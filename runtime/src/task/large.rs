//! Bodies that are too large to be moved about.
//!
//! On its way to the heap a future passes through several functions, and without optimising each of them has a copy of it on
//! its stack. A large one goes to the heap first, as where `tokio::spawn` boxes it. From there on its type is that of what it
//! gives: the way of a large body is compiled once for each output, not for each function.

use std::future::Future;
use std::pin::Pin;

/// In bytes. Below that, an allocation more would cost about what the moves do; above it, less: a body of 4 KiB takes a fifth fewer
/// instructions so. It is also where tokio boxes what has not been optimised.
const LARGE: usize = 2 << 10;

pub(super) const fn is_large<F>() -> bool {
    size_of::<F>() > LARGE
}

pub(super) type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[inline]
pub(super) fn boxed<F: Future + Send + 'static>(future: F) -> Boxed<F::Output> {
    Box::pin(future)
}
