//! Waits for a context's cancellation.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll, Waker};

use tokio::sync::futures::Notified;
use tokio::time::{Instant, Sleep};

use super::cancellation::Link;
use super::{CancelCause, Context};

pin_project_lite::pin_project! {
    /// Resolves when the context is cancelled, or its deadline passes.
    pub(crate) struct Wait<'a, K> {
        context: &'a Context,
        is_kept: K,
        // Set at the first poll. From then on, no cancellation is missed.
        signals: Option<Vec<Pin<Box<Notified<'a>>>>>,
        #[pin]
        time: Option<Sleep>,
    }
}

impl<'a, K> Wait<'a, K> {
    pub(super) fn new(context: &'a Context, is_kept: K) -> Self {
        Self { context, is_kept, signals: None, time: None }
    }
}

fn signals(context: &Context) -> Vec<Pin<Box<Notified<'_>>>> {
    let signals = Link::all(context.cancel.as_ref()).map(|signal| {
        let mut notified = Box::pin(signal.waiters().notified());
        notified.as_mut().enable();
        notified
    });
    signals.collect()
}

impl<K: Fn(&Waker) -> bool> Future for Wait<'_, K> {
    type Output = CancelCause;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<CancelCause> {
        let mut this = self.project();
        let context = *this.context;
        let is_first = this.signals.is_none();
        let signals = this.signals.get_or_insert_with(|| signals(context));
        if is_first {
            if let Some(cause) = context.cause() {
                return Poll::Ready(cause);
            }
            if context.deadline.is_none() {
                // It needs no timer. But the task notes that it waits.
                (this.is_kept)(cx.waker());
            }
        }
        if let Some(deadline) = context.deadline.filter(|_| this.time.is_none() && !(this.is_kept)(cx.waker())) {
            this.time.set(Some(tokio::time::sleep_until(deadline)));
        }
        let over = match this.time.as_mut().as_pin_mut() {
            Some(time) => time.poll(cx).is_ready(),
            // The task wakes this at the deadline, before it acts on the deadline itself.
            None => context.deadline.is_some_and(|deadline| deadline <= Instant::now()),
        };
        if over || signals.iter_mut().any(|signal| signal.as_mut().poll(cx).is_ready()) {
            return Poll::Ready(context.cause().unwrap_or(CancelCause::Timeout));
        }
        Poll::Pending
    }
}
