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
    parent: Option<Arc<Link>>,
    kind: LinkKind,
}

/// What is told from others by its link. No larger than the deadline alone.
#[derive(Clone, Copy)]
enum LinkKind {
    Any,
    /// A task's own, whose deadline is the end of a drain.
    Drain(Instant),
    /// An attempt of a call that is tried again, by its number.
    Attempt(u32),
}

impl Link {
    pub(crate) fn new(signal: Arc<Cancellation>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal, parent, kind: LinkKind::Any })
    }

    pub(super) fn of_attempt(attempt: u32, signal: Arc<Cancellation>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal, parent, kind: LinkKind::Attempt(attempt) })
    }

    /// A task's own, whose deadline is what a drain has left for it.
    pub(crate) fn until(drains_at: Instant) -> Arc<Self> {
        Arc::new(Self { signal: Arc::default(), parent: None, kind: LinkKind::Drain(drains_at) })
    }

    /// What a deadline means that has passed.
    pub(crate) fn cause_of(first: Option<&Arc<Self>>, deadline: Instant) -> CancelCause {
        let is_drains = Self::chain(first).any(|link| matches!(link.kind, LinkKind::Drain(at) if at == deadline));
        if is_drains { CancelCause::Shutdown } else { CancelCause::Timeout }
    }

    /// Which attempt it is about, if it is about one.
    pub(super) fn attempt(first: Option<&Arc<Self>>) -> Option<u32> {
        Self::chain(first).find_map(|link| match link.kind {
            LinkKind::Attempt(attempt) => Some(attempt),
            LinkKind::Any | LinkKind::Drain(_) => None,
        })
    }

    fn chain(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::successors(first, |link| link.parent.as_ref())
    }

    pub(crate) fn signal(&self) -> &Cancellation {
        &self.signal
    }

    pub(crate) fn all(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Cancellation> {
        Self::chain(first).map(|link| &*link.signal)
    }
}

/// A long chain is taken down in a loop: one link inside the other would use up the stack.
impl Drop for Link {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(mut link) = parent.and_then(Arc::into_inner) {
            parent = link.parent.take();
        }
    }
}
