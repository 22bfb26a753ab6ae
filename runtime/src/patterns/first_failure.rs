//! The first failure of several concurrent tasks, which cancels the others. No task, no user code.
//!
//! Invariants:
//!
//! 1. One failure is the first: `take` returns it, and every cancellation names it.
//! 2. Every failing task cancels, not only the first: when its end is visible, the others are cancelled.
//!
//! Failures are dropped, and wakers woken by a cancellation, after the lock is released.

use crate::util::sync::{Mutex, lock};

/// The first failure. `C` is the cause that cancels the others.
pub(super) struct FirstFailure<E, C> {
    first: Mutex<Option<(E, C)>>,
}

impl<E, C: Clone> FirstFailure<E, C> {
    pub(super) fn new() -> Self {
        Self { first: Mutex::new(None) }
    }

    /// Records a failure. `cancel` gets the cause of the first failure, and has no effect the second time.
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
