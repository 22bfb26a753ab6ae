//! The key by which a task, and its handle, find the task's entry.

use std::num::NonZeroU16;

use crate::util::slab::PackedIndex;

/// The key of an entry. It is small, because each task and each handle has one. A task uses it only while it has its entry;
/// a handle uses it together with the task's id.
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
