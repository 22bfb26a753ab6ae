//! Side entries: requests of a handle, and the shields, of a task without an entry, by the task's id. Few tasks have one.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{BuildHasherDefault, Hash};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use super::types::LastSignals;
use super::{Admission, Registry};

pub(super) struct SideEntry<C> {
    pub(super) abort: Option<C>,
    /// The task itself has to handle the abort, which counts as a signal.
    pub(super) signalled: bool,
    pub(super) handle_dropped: bool,
    /// The task was dropped, and has left the cause for its handle.
    pub(super) ended: bool,
    /// In how many shielded sections the task is.
    pub(super) sections: u32,
    pub(super) waker: Option<Waker>,
}

impl<C> Default for SideEntry<C> {
    fn default() -> Self {
        Self { abort: None, signalled: false, handle_dropped: false, ended: false, sections: 0, waker: None }
    }
}

pub(super) struct SideEntries<C, N>(HashMap<N, SideEntry<C>, BuildHasherDefault<DefaultHasher>>);

impl<C, N> SideEntries<C, N> {
    pub(super) const fn new() -> Self {
        Self(HashMap::with_hasher(BuildHasherDefault::new()))
    }
}

impl<C, N: Eq + Hash> SideEntries<C, N> {
    pub(super) fn get_mut(&mut self, id: &N) -> Option<&mut SideEntry<C>> {
        self.0.get_mut(id)
    }

    /// Removes a side entry, and frees memory after a burst.
    fn remove(&mut self, id: &N) -> Option<SideEntry<C>> {
        let removed = self.0.remove(id)?;
        if self.0.capacity() > 256 && self.0.len() < self.0.capacity() / 16 {
            self.0.shrink_to(self.0.capacity() / 4);
        }
        Some(removed)
    }
}

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    pub(super) fn side_entry<'a>(&self, registry: &'a mut Registry<I, C, N>, id: N) -> &'a mut SideEntry<C> {
        registry.side_entries.0.entry(id).or_insert_with(|| {
            self.side_entries.fetch_add(1, Release);
            SideEntry::default()
        })
    }

    pub(super) fn remove_side_entry(&self, registry: &mut Registry<I, C, N>, id: N) -> Option<SideEntry<C>> {
        let removed = registry.side_entries.remove(&id)?;
        self.side_entries.fetch_sub(1, Relaxed);
        self.signals.fetch_sub(usize::from(removed.signalled), Relaxed);
        Some(removed)
    }

    #[inline]
    pub(crate) fn has_side_entries(&self) -> bool {
        // Pairs with the release of the task or handle that made a side entry.
        self.side_entries.load(Acquire) != 0
    }

    /// A task without an entry begins a shielded section: an abort signals it instead of dropping it. `false` if it is about
    /// to be dropped, and must not begin the section.
    pub(crate) fn shield(&self, id: N) -> bool {
        self.look(|registry| {
            let side_entry = self.side_entry(registry, id);
            let may_begin = side_entry.abort.is_none() || side_entry.sections > 0;
            side_entry.sections += u32::from(may_begin);
            may_begin
        })
    }

    /// A task without an entry is pending in a section. The caller must read its signals after this.
    pub(crate) fn park_shielded(&self, id: N, waker: &Waker) {
        self.look(|registry| {
            if let Some(side_entry) = registry.side_entries.get_mut(&id).filter(|known| known.sections > 0) {
                // It is the task's own waker, and so the same each time.
                side_entry.waker.get_or_insert_with(|| waker.clone());
            }
        });
    }

    /// A shielded section has ended.
    pub(crate) fn unshield(&self, id: N) {
        let removed = self.look(|registry| {
            let side_entry = registry.side_entries.get_mut(&id)?;
            // The side entry may be newer than the section: the task's end removed the previous one.
            side_entry.sections = side_entry.sections.saturating_sub(1);
            let is_blank = side_entry.sections == 0 && side_entry.abort.is_none() && !side_entry.handle_dropped;
            if is_blank { self.remove_side_entry(registry, id) } else { None }
        });
        drop(removed);
    }

    /// A task without an entry ends. The cause of an abort is kept for its handle, if there is one.
    #[inline]
    pub(crate) fn last_signals(&self, id: impl FnOnce() -> Option<N>) -> LastSignals<C> {
        let nothing = LastSignals { abort: None, handle_dropped: false };
        if !self.has_side_entries() {
            return nothing;
        }
        let Some(id) = id() else { return nothing };
        let mut removed = None;
        let last = self.look(|registry| {
            let side_entry = registry.side_entries.get_mut(&id)?;
            let last = LastSignals { abort: side_entry.abort.clone(), handle_dropped: side_entry.handle_dropped };
            if side_entry.handle_dropped || side_entry.abort.is_none() {
                removed = self.remove_side_entry(registry, id);
            }
            Some(last)
        });
        drop(removed);
        last.unwrap_or(nothing)
    }

    /// A task without an entry was dropped, and can no longer remove its side entry. `is_watched` says that its handle
    /// exists, or has announced its drop.
    pub(crate) fn record_end(&self, id: N, is_watched: bool) {
        let removed = self.look(|registry| match registry.side_entries.get_mut(&id) {
            Some(known) if known.handle_dropped => self.remove_side_entry(registry, id),
            Some(known) => {
                known.ended = true;
                None
            }
            None => {
                if is_watched {
                    self.side_entry(registry, id).ended = true;
                }
                None
            }
        });
        drop(removed);
    }

    /// Takes the cause of an abort of a task without an entry, for its handle, and removes the side entry.
    #[inline]
    pub(crate) fn take_abort_cause(&self, id: impl FnOnce() -> Option<N>) -> Option<C> {
        if !self.has_side_entries() {
            return None;
        }
        let id = id()?;
        self.look(|registry| self.remove_side_entry(registry, id)).and_then(|removed| removed.abort)
    }
}
