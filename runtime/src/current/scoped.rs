//! A future that runs in a context.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll, Waker};

use super::scope::{InScope, Scope};
use crate::context::{Context, Wait};
use crate::error::CancelCause;

type Poller<F, T> = fn(Pin<&mut InScope<F>>, &mut task::Context<'_>) -> Poll<T>;

pin_project_lite::pin_project! {
    /// The future of [`Context::scope`]: it runs the given future in the context, until that ends or the context is cancelled.
    ///
    /// It gives the given future's value, or the cause. It is one for every `F`, so that an argument that is no future is one
    /// error.
    ///
    /// ```
    /// use std::future::{Ready, ready};
    /// use outlive::Context;
    /// use outlive::futures::Scoped;
    ///
    /// struct Request<'a> {
    ///     answer: Scoped<'a, Ready<u16>, u16>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let context = Context::root();
    /// let request = Request { answer: context.scope(ready(200)) };
    /// assert_eq!(request.answer.await.unwrap(), 200);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// If it is polled again after it has returned its value; and, with a deadline, on a runtime without a time driver.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the given future, in the context.
    #[must_use = "nothing runs in it before it is awaited: write `.await`"]
    pub struct Scoped<'a, F, T> {
        context: &'a Context,
        is_begun: bool,
        poll: Poller<F, T>,
        // Dropped when the end is known.
        #[pin]
        inner: Option<InScope<F>>,
        #[pin]
        cancelled: Option<Wait<'a, fn(&Waker) -> bool>>,
    }
}

impl<'a, F: Future<Output = T>, T> Scoped<'a, F, T> {
    pub(super) fn new(context: &'a Context, f: F) -> Self {
        let inner = InScope::new(f, Scope::new(context.clone()));
        Self { context, is_begun: false, poll: InScope::poll, inner: Some(inner), cancelled: None }
    }
}

impl<F, T> Future for Scoped<'_, F, T> {
    type Output = Result<T, CancelCause>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if !*this.is_begun {
            *this.is_begun = true;
            if let Some(cause) = this.context.cause() {
                this.inner.set(None);
                return Poll::Ready(Err(cause));
            }
            this.cancelled.set(this.context.is_cancellable().then(|| this.context.wait_unkept()));
        }
        let inner = this.inner.as_mut().as_pin_mut().expect("it is not polled after it has returned its value");
        let end = match ((this.poll)(inner, cx), this.cancelled.as_mut().as_pin_mut()) {
            (Poll::Ready(value), _) => Ok(value),
            (Poll::Pending, Some(cancelled)) => match cancelled.poll(cx) {
                Poll::Ready(cause) => Err(cause),
                Poll::Pending => return Poll::Pending,
            },
            (Poll::Pending, None) => return Poll::Pending,
        };
        this.inner.set(None);
        this.cancelled.set(None);
        Poll::Ready(end)
    }
}
