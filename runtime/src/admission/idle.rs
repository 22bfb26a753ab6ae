//! Waiting until a tracker has no tasks, without closing it.

use std::hash::Hash;
use std::task::Waker;

use super::Admission;

/// The waiters. While there is one, every task takes the lock when it leaves, so that the last one is seen. It is boxed,
/// because waiters are rare.
#[derive(Default)]
pub(super) struct IdleWaiters(Option<Box<Waiting>>);

#[derive(Default)]
struct Waiting {
    next: u64,
    all: Vec<(u64, Waker)>,
}

impl IdleWaiters {
    pub(super) const fn new() -> Self {
        Self(None)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|waiting| waiting.all.is_empty())
    }

    /// Takes all waiters, when no task is left.
    pub(super) fn take(&mut self) -> Vec<Waker> {
        self.0.as_mut().map(|waiting| waiting.all.drain(..).map(|(_, waker)| waker).collect()).unwrap_or_default()
    }
}

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Whether no task is left, or there was such a moment since the first poll. The waiter has to keep `own`, and to pass
    /// it to [`cancel_idle_wait`](Self::cancel_idle_wait).
    pub(crate) fn poll_idle(&self, own: &mut Option<u64>, waker: &Waker) -> bool {
        let mut old = None;
        let is_idle = self.with(|registry| {
            let nobody = registry.live() == 0;
            if nobody && own.is_none() {
                return true;
            }
            let waiting = registry.idle_waiters.0.get_or_insert_default();
            if let Some(own) = *own {
                let known = waiting.all.iter_mut().find(|(id, _)| *id == own);
                return known.map(|(_, known)| old = Some(std::mem::replace(known, waker.clone()))).is_none();
            }
            *own = Some(waiting.next);
            waiting.all.push((waiting.next, waker.clone()));
            waiting.next += 1;
            false
        });
        // A waker's destructor may drop a task, so it runs without the lock.
        drop(old);
        is_idle
    }

    /// Removes a waiter.
    pub(crate) fn cancel_idle_wait(&self, own: u64) {
        drop(self.with(|registry| {
            let waiting = &mut registry.idle_waiters.0.as_mut()?.all;
            let at = waiting.iter().position(|(id, _)| *id == own)?;
            Some(waiting.swap_remove(at))
        }));
    }
}
