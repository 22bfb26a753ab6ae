//! The number of a service's owners. No tracker, no user code.

use std::sync::atomic::Ordering::{AcqRel, Relaxed};

use crate::util::sync::AtomicUsize;

pub(crate) struct Owners {
    count: AtomicUsize,
}

impl Owners {
    pub(crate) fn one() -> Self {
        Self { count: AtomicUsize::new(1) }
    }

    /// Adds an owner, by cloning an existing one. So the count is not zero before.
    pub(crate) fn join(&self) {
        let before = self.count.fetch_add(1, Relaxed);
        debug_assert_ne!(before, 0, "an owner counts until its drop");
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    /// Removes an owner. Returns whether it was the last one, which then sees the effects of the others.
    pub(crate) fn leave(&self) -> bool {
        self.count.fetch_sub(1, AcqRel) == 1
    }
}
