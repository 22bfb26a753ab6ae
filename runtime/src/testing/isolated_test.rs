//! A test's body that runs in isolation.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::leak_guard;
use super::stand_ins::StandIns;
use crate::tracker::Isolated;
use crate::tracker::isolation::InIsolation;

type Poller<F, T> = fn(Pin<&mut F>, &mut Context<'_>) -> Poll<T>;

pin_project_lite::pin_project! {
    /// The future of [`isolated`](super::isolated). It is one for every `F`, so that an argument that is no future is one error.
    ///
    /// ```
    /// use std::future::{Ready, ready};
    /// use outlive::testing::{IsolatedTest, isolated};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let test: IsolatedTest<Ready<u8>, u8> = isolated(ready(7));
    /// assert_eq!(test.await, 7);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// As [`isolated`](super::isolated); and if it is polled again after it has returned its value.
    ///
    /// # Cancel safety
    ///
    /// Dropping it drops the body, in isolation.
    #[must_use = "the test does not run before it is awaited: write `.await`"]
    pub struct IsolatedTest<F, T> {
        #[pin]
        inner: InIsolation<Body<F, T>>,
    }
}

impl<F: Future<Output = T>, T> IsolatedTest<F, T> {
    pub(super) fn new(test: F) -> Self {
        let body = Body { poll: F::poll, test: Some(test) };
        Self { inner: InIsolation::new(body, Isolated::within(Arc::new(StandIns::new()))) }
    }
}

impl<F, T> Future for IsolatedTest<F, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.project().inner.poll(cx)
    }
}

pin_project_lite::pin_project! {
    struct Body<F, T> {
        poll: Poller<F, T>,
        // Dropped when it has ended: what it holds is not left behind.
        #[pin]
        test: Option<F>,
    }
}

impl<F, T> Future for Body<F, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let mut this = self.project();
        let test = this.test.as_mut().as_pin_mut().expect("it is not polled after it has returned its value");
        let polled = (this.poll)(test, cx);
        if polled.is_ready() {
            this.test.set(None);
            leak_guard::at_the_end();
        }
        polled
    }
}
