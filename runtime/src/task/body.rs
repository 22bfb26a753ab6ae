//! A task's body, for the code that does not depend on its type.
//!
//! Each annotated function has a future of a type of its own. What is generic over that type is compiled once for each
//! function; what takes an [`AnyBody`] is compiled once for each output type, and what takes a [`HeldBody`] does not depend on
//! that either.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(super) trait Body: Held {
    type Output;

    /// Pending for ever, once it has been dropped.
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output>;
}

/// What can be done with a body that has ended. It is a trait of its own, because a function's poll in a vtable would be
/// compiled a second time.
pub(super) trait Held {
    fn drop_body(self: Pin<&mut Self>);

    fn is_dropped(&self) -> bool;
}

/// A body whose type is not known.
pub(super) type AnyBody<'a, T> = Pin<&'a mut (dyn Body<Output = T> + 'a)>;

/// A body of which only the drop is left.
pub(super) type HeldBody<'a> = Pin<&'a mut (dyn Held + 'a)>;

impl<F: Future> Body for Option<F> {
    type Output = F::Output;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.as_pin_mut() {
            Some(body) => body.poll(cx),
            None => Poll::Pending,
        }
    }
}

impl<F> Held for Option<F> {
    #[inline]
    fn drop_body(mut self: Pin<&mut Self>) {
        self.set(None);
    }

    #[inline]
    fn is_dropped(&self) -> bool {
        self.is_none()
    }
}

impl<T> Body for AnyBody<'_, T> {
    type Output = T;

    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.get_mut().as_mut().poll_body(cx)
    }
}

impl<T> Held for AnyBody<'_, T> {
    fn drop_body(self: Pin<&mut Self>) {
        self.get_mut().as_mut().drop_body();
    }

    fn is_dropped(&self) -> bool {
        (**self).is_dropped()
    }
}
