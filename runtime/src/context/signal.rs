//! A cancellation, seen from those who obey it.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

use crate::error::CancelCause;

/// One bit that is set once, with its cause, and those who wait for it.
#[derive(Default)]
pub(crate) struct Signal {
    cancelled: OnceLock<(Instant, CancelCause)>,
    waiters: Notify,
}

impl Signal {
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
    signal: Arc<Signal>,
    above: Option<Arc<Link>>,
}

impl Link {
    pub(crate) fn new(signal: Arc<Signal>, above: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal, above })
    }

    pub(crate) fn signal(&self) -> &Signal {
        &self.signal
    }

    pub(crate) fn all(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Signal> {
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
