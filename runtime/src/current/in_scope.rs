//! A future that is polled and dropped with its context in scope.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use super::scope::Scoped;
use crate::context::Context;

pin_project_lite::pin_project! {
    /// Polled and dropped with its context in scope.
    pub(crate) struct InScope<F> {
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for InScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _scoped = Scoped::enter(this.context);
            this.future.set(None);
        }
    }
}

impl<F> InScope<F> {
    pub(crate) fn new(future: F, context: Context) -> Self {
        Self { future: Some(future), context }
    }
}

impl<F: Future> Future for InScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut std::task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scoped = Scoped::enter(this.context);
        this.future.as_pin_mut().expect("polled before its drop").poll(cx)
    }
}
