//! By what a task, and its handle, find the task's entry.

use std::num::NonZeroU16;

use crate::util::slab::PackedIndex;

/// Small, as a task and its handle each keep one: a task uses it only while it has its entry, a handle with the task's id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Key {
    pub(super) index: PackedIndex,
    pub(super) generation: NonZeroU16,
}

impl Key {
    pub(super) fn at(self) -> u32 {
        self.index.get()
    }
}
