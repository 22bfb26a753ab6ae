//! The waiting calls: queued tasks, and after them acquiring callers. First come, first served.

use super::entry::EntryState;
use crate::util::slab::List;

pub(super) struct WaitQueue {
    pub(super) limit: usize,
    pub(super) waiting: List,
    pub(super) acquiring: List,
}

impl WaitQueue {
    pub(super) const fn new(limit: usize) -> Self {
        Self { limit, waiting: List::EMPTY, acquiring: List::EMPTY }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.len() == 0 && self.acquiring.len() == 0
    }

    pub(super) fn has_room(&self) -> bool {
        self.waiting.len() < self.limit
    }

    pub(super) fn list(&mut self, state: EntryState) -> &mut List {
        if state == EntryState::Waiting { &mut self.waiting } else { &mut self.acquiring }
    }
}
