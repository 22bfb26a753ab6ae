//! A scope around code: entered before it runs and left after it, even if it panics.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

pub(crate) trait Surrounding {
    fn enter(&mut self);

    /// Undoes `enter`.
    fn leave(&mut self);
}

/// A guard that has entered a `Surrounding`, and leaves it when it is dropped.
#[must_use = "it is left when this is dropped"]
pub(crate) struct Entered<'a, S: Surrounding>(&'a mut S);

impl<'a, S: Surrounding> Entered<'a, S> {
    #[inline]
    pub(crate) fn new(own: &'a mut S) -> Self {
        own.enter();
        Self(own)
    }
}

impl<S: Surrounding> Drop for Entered<'_, S> {
    #[inline]
    fn drop(&mut self) {
        self.0.leave();
    }
}

pin_project_lite::pin_project! {
    /// A future that is polled and dropped inside its `Surrounding`.
    pub(crate) struct Within<F, S: Surrounding> {
        #[pin]
        future: Option<F>,
        own: S,
    }

    impl<F, S: Surrounding> PinnedDrop for Within<F, S> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            let _entered = Entered::new(this.own);
            this.future.set(None);
        }
    }
}

impl<F, S: Surrounding> Within<F, S> {
    pub(crate) fn new(future: F, own: S) -> Self {
        Self { future: Some(future), own }
    }
}

impl<F: Future, S: Surrounding> Future for Within<F, S> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _entered = Entered::new(this.own);
        this.future.as_pin_mut().expect("polled before its drop").poll(cx)
    }
}
