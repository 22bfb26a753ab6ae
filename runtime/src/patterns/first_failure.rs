//! The first failure of several that race, and its cancellation of the others. No task, no user code.
//!
//! Invariants:
//!
//! 1. Of those who fail, one is the first: it is what there is to be taken, and every cancellation names it.
//! 2. Whoever has failed has cancelled, the first or not: when its end is known, the others are cancelled.
//!
//! Failures are dropped, and wakers woken by a cancellation, after the lock is released.

use crate::util::sync::{Mutex, lock};

/// `C` is what it cancels the others with.
pub(super) struct FirstFailure<E, C> {
    first: Mutex<Option<(E, C)>>,
}

impl<E, C: Clone> FirstFailure<E, C> {
    pub(super) fn new() -> Self {
        Self { first: Mutex::new(None) }
    }

    /// Somebody has failed. `cancel` is given the first's cause, and does nothing where it was called before.
    pub(super) fn fail(&self, failure: E, cause: C, cancel: impl FnOnce(C)) {
        let first = {
            let mut first = lock(&self.first);
            match &*first {
                Some((_, first)) => first.clone(),
                None => first.insert((failure, cause)).1.clone(),
            }
        };
        cancel(first);
    }

    pub(super) fn take(&self) -> Option<E> {
        let first = lock(&self.first).take();
        first.map(|(failure, _)| failure)
    }
}
