//! The context of the running code, and what needs it.

use std::future::{Future, poll_fn};
use std::panic::Location;
use std::pin::pin;
use std::task::Poll;

use super::scope::{self, InScope, Scope};
use crate::context::{Context, DetachedWork};
use crate::error::CancelCause;
use crate::report;

impl Context {
    /// The context of the running code; [`root`](Self::root) where none is set.
    ///
    /// Inside a detached task it is the task's own: the caller's values, the task's deadline, and a cancellation that
    /// comes with the timeout, the drain or an [abort](crate::TaskHandle::abort), and when the task ends. The deadline
    /// has to be known then: a body that asks before it first waits has its timeout count from there.
    #[must_use]
    pub fn current() -> Self {
        Self::try_current().unwrap_or_default()
    }

    /// The context of the running code, if one is set.
    #[must_use]
    pub fn try_current() -> Option<Self> {
        scope::context()
    }

    /// Waits until the context is cancelled, or its deadline passes.
    ///
    /// Waiting on a context that nothing can cancel would be waiting for ever: debug builds report it, with the place.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future loses nothing.
    #[track_caller]
    pub fn cancelled(&self) -> impl Future<Output = CancelCause> + Send + use<'_> {
        if cfg!(debug_assertions) && !self.is_cancellable() {
            report::waits_for_ever(scope::named_task(), Location::caller());
        }
        // A task keeps its own deadline: one timer is enough.
        self.wait_unless(|waker| scope::is_kept_by_task(self, waker))
    }

    /// Runs a future in this context, until the future ends or the context is cancelled.
    ///
    /// The future is polled first: one that is done at the moment of the cancellation has its value. A context that
    /// is cancelled beforehand does not start it. tokio-util's `run_until_cancelled`, with the cause, the deadline and
    /// the values.
    ///
    /// # Errors
    ///
    /// The cause, if the context was cancelled first. The future has then been dropped, at an await.
    ///
    /// # Panics
    ///
    /// With a deadline, on a runtime without a time driver.
    pub async fn scope<F: Future>(&self, f: F) -> Result<F::Output, CancelCause> {
        if let Some(cause) = self.cause() {
            return Err(cause);
        }
        let mut cancelled = pin!(self.is_cancellable().then(|| self.wait()));
        let mut f = pin!(InScope::new(f, Scope::new(self.clone())));
        poll_fn(|cx| {
            if let Poll::Ready(value) = f.as_mut().poll(cx) {
                return Poll::Ready(Ok(value));
            }
            match cancelled.as_mut().as_pin_mut() {
                Some(cancelled) => cancelled.poll(cx).map(Err),
                None => Poll::Pending,
            }
        })
        .await
    }
}

impl DetachedWork {
    /// Waits until none of its tasks is there, and closes nothing.
    ///
    /// It is ready when there was such a moment since its first poll: so wait for it when the request has made its calls. Its tasks
    /// end by their timeouts at the latest, or when they are drained. What a task holds is gone by then, and what it failed with is
    /// reported. A task that waits for the work that it is part of waits for itself, until its timeout; a `blocking`
    /// one, for ever. Debug and release builds report it.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn ended(&self) {
        let is_own = scope::with_task(|task| task.values.as_ref().is_some_and(|values| values.is_work_of(self)));
        if let Some((site, tracker)) = scope::named_task().filter(|_| is_own == Some(true)) {
            report::waits_for_itself(site, tracker, "the end of the detached work that it is part of");
        }
        self.none_left().await;
    }
}
