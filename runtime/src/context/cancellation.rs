//! A cancellation signal, and the chain of signals of a context.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::CancelCause;

/// A signal that is set once, with its cause, and its waiters.
#[derive(Default)]
pub(crate) struct Cancellation {
    cancelled: OnceLock<(Instant, CancelCause)>,
    waiters: Notify,
}

impl Cancellation {
    /// Sets the signal. The first cause is kept.
    pub(crate) fn cancel(&self, cause: CancelCause) {
        if self.cancelled().is_none() && self.cancelled.set((Instant::now(), cause)).is_ok() {
            self.waiters.notify_waiters();
        }
    }

    /// When it was cancelled, and why.
    pub(crate) fn cancelled(&self) -> Option<&(Instant, CancelCause)> {
        self.cancelled.get()
    }

    pub(crate) fn waiters(&self) -> &Notify {
        &self.waiters
    }
}

/// One signal of a context, and a link to the signals of its parent.
pub(crate) struct Link {
    signal: Signal,
    parent: Option<Arc<Link>>,
    kind: LinkKind,
}

/// A task has its own, which needs no allocation. Others are also their source's.
enum Signal {
    Own(Cancellation),
    Shared(Arc<Cancellation>),
}

/// What a link belongs to. It is no larger than the deadline alone.
#[derive(Clone, Copy)]
enum LinkKind {
    Any,
    /// A task whose deadline is the end of a drain.
    Drain(Instant),
    /// An attempt of a call with retries, with its number.
    Attempt(u32),
}

impl Link {
    pub(crate) fn new(signal: Arc<Cancellation>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal: Signal::Shared(signal), parent, kind: LinkKind::Any })
    }

    pub(super) fn of_attempt(attempt: u32, signal: Arc<Cancellation>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { signal: Signal::Shared(signal), parent, kind: LinkKind::Attempt(attempt) })
    }

    /// The link of a task. `drains_at` is its deadline, if that is the end of a drain.
    pub(crate) fn of_task(drains_at: Option<Instant>) -> Arc<Self> {
        let kind = drains_at.map_or(LinkKind::Any, LinkKind::Drain);
        Arc::new(Self { signal: Signal::Own(Cancellation::default()), parent: None, kind })
    }

    /// The cause for a deadline that has passed.
    pub(crate) fn cause_of(first: Option<&Arc<Self>>, deadline: Instant) -> CancelCause {
        let is_drains = Self::chain(first).any(|link| matches!(link.kind, LinkKind::Drain(at) if at == deadline));
        if is_drains { CancelCause::Shutdown } else { CancelCause::Timeout }
    }

    /// The number of the innermost attempt, if there is one.
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
        match &self.signal {
            Signal::Own(signal) => signal,
            Signal::Shared(signal) => signal,
        }
    }

    pub(crate) fn all(first: Option<&Arc<Self>>) -> impl Iterator<Item = &Cancellation> {
        Self::chain(first).map(|link| link.signal())
    }
}

/// Drops a long chain in a loop, because a recursive drop would overflow the stack.
impl Drop for Link {
    fn drop(&mut self) {
        let mut parent = self.parent.take();
        while let Some(mut link) = parent.and_then(Arc::into_inner) {
            parent = link.parent.take();
        }
    }
}
