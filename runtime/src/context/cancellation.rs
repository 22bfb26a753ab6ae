//! A cancellation, seen from those who obey it.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::CancelCause;

/// One bit that is set once, with its cause, and those who wait for it.
#[derive(Default)]
pub(crate) struct Cancellation {
    cancelled: OnceLock<(Instant, CancelCause)>,
    waiters: Notify,
}

impl Cancellation {
    /// The first cause stands.
    pub(crate) fn cancel(&self, cause: CancelCause) {
        if self.cancelled().is_none() && self.cancelled.set((Instant::now(), cause)).is_ok() {
            self.waiters.notify_waiters();
        }
    }

    /// When, and why.
    pub(crate) fn cancelled(&self) -> Option<&(Instant, CancelCause)> {
        self.cancelled.get()
    }

    pub(crate) fn waiters(&self) -> &Notify {
        &self.waiters
    }
}

/// One more signal to obey, beside those above it.
pub(crate) struct Link {
    signal: Arc<Cancellation>,
    above: Option<Arc<Link>>,
    /// Where its deadline is the end of a drain.
    drains_at: Option<Instant>,
}

impl Link {
    pub(crate) fn new(signal: Arc<Cancellation>, above: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal, above, drains_at: None })
    }

    /// A task's own, whose deadline is what a drain has left for it.
    pub(crate) fn until(drains_at: Instant) -> Arc<Self> {
        Arc::new(Self { signal: Arc::default(), above: None, drains_at: Some(drains_at) })
    }

    /// What a deadline means that has passed.
    pub(crate) fn cause_of(first: Option<&Arc<Self>>, deadline: Instant) -> CancelCause {
        let mut links = std::iter::successors(first, |link| link.above.as_ref());
        let is_drains = links.any(|link| link.drains_at == Some(deadline));
        if is_drains { CancelCause::Shutdown } else { CancelCause::Timeout }
    }

    pub(crate) fn signal(&self) -> &Cancellation {
        &self.signal
    }

    pub(crate) fn all(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Cancellation> {
        std::iter::successors(first, |link| link.above.as_ref()).map(|link| &*link.signal)
    }
}

/// A long chain is taken down in a loop: one link inside the other would use up the stack.
impl Drop for Link {
    fn drop(&mut self) {
        let mut above = self.above.take();
        while let Some(mut link) = above.and_then(Arc::into_inner) {
            above = link.above.take();
        }
    }
}
