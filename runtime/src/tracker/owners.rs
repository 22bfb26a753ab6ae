//! How many owners a service has, and who of them is the last. No tracker, no user code.

use std::sync::atomic::Ordering::{AcqRel, Relaxed};

use crate::util::sync::AtomicUsize;

pub(crate) struct Owners {
    count: AtomicUsize,
}

impl Owners {
    pub(crate) fn one() -> Self {
        Self { count: AtomicUsize::new(1) }
    }

    /// An owner is cloned: it is there, so that the count cannot come from zero.
    pub(crate) fn join(&self) {
        let before = self.count.fetch_add(1, Relaxed);
        debug_assert_ne!(before, 0, "an owner counts until its drop");
    }

    pub(crate) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    /// An owner is dropped. Whether it was the last: then it sees what the others have done.
    pub(crate) fn leave(&self) -> bool {
        self.count.fetch_sub(1, AcqRel) == 1
    }
}
