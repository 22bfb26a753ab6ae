//! The signals of a task, and the requests of its handle.

use std::hash::Hash;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use super::entry::EntryState;
use super::key::Key;
use super::types::{Phase, Signals};
use super::{Admission, Registry};
use crate::util::quietly;

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Stores the waker of a pending task, with its current information, and returns signals that it may have missed.
    pub(crate) fn park(&self, key: Key, waker: &Waker, info: I) -> Signals<C> {
        let mut old = None;
        let signals = self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.info = info;
                old = entry.waker.replace(waker.clone());
            }
            self.read_signals(registry, key)
        });
        drop(old);
        signals
    }

    /// Whether a task may have signals, after one load.
    #[inline]
    pub(crate) fn has_signals(&self) -> bool {
        self.signals.load(Acquire) != 0
    }

    /// The signals of a task. Usually `None`, after one load. A task without an entry is found by its id.
    #[inline]
    pub(crate) fn signals(&self, key: Option<Key>, id: impl FnOnce() -> Option<N>) -> Option<Signals<C>> {
        if !self.has_signals() {
            return None;
        }
        Some(self.look(|registry| {
            if let Some(key) = key {
                return self.read_signals(registry, key);
            }
            let side_entry = id().and_then(|id| registry.side_entries.get_mut(&id)).filter(|known| known.signalled);
            let abort = side_entry.and_then(|known| {
                known.signalled = false;
                known.abort.clone()
            });
            self.signals.fetch_sub(usize::from(abort.is_some()), Relaxed);
            Signals { phase: registry.phase, owner_gone: registry.owner_gone, abort }
        }))
    }

    fn read_signals(&self, registry: &mut Registry<I, C, N>, key: Key) -> Signals<C> {
        let abort = registry.get(key).and_then(|entry| entry.abort.take());
        if abort.is_some() {
            self.signals.fetch_sub(1, Relaxed);
        }
        Signals { phase: registry.phase, owner_gone: registry.owner_gone, abort }
    }

    /// Whether workers are cancelled.
    pub(crate) fn is_ending(&self) -> bool {
        self.has_signals() && self.look(|registry| registry.owner_gone || registry.phase != Phase::Open)
    }

    /// Whether the task is queued.
    pub(crate) fn is_waiting(&self, key: Key) -> bool {
        self.look(|registry| registry.get(key).is_some_and(|entry| entry.state == EntryState::Waiting))
    }

    /// Sets the task id of an entry. It must be called before the handle is used.
    pub(crate) fn set_task_id(&self, key: Key, id: N) {
        self.look(|registry| {
            if let Some(entry) = registry.get(key) {
                entry.id = Some(id);
            }
        });
    }

    /// Aborts one task. The first cause counts; for a task that has ended it does nothing. `true` if the task has no entry,
    /// and the caller must drop it.
    pub(crate) fn abort(&self, key: Option<Key>, id: N, cause: C) -> bool {
        let mut unused = None;
        let (waker, is_to_be_dropped) = self.look(|registry| {
            if let Some(entry) = registry.of_handle(key, id) {
                if entry.abort.is_some() {
                    unused = Some(cause);
                    return (None, false);
                }
                entry.abort = Some(cause);
                self.signals.fetch_add(1, Release);
                return (entry.waker.clone(), false);
            }
            let side_entry = self.side_entry(registry, id);
            if side_entry.abort.is_some() {
                unused = Some(cause);
                return (None, !side_entry.signalled && side_entry.sections == 0);
            }
            side_entry.abort = Some(cause);
            if side_entry.sections == 0 {
                return (None, true);
            }
            side_entry.signalled = true;
            self.signals.fetch_add(1, Release);
            (side_entry.waker.clone(), false)
        });
        drop(unused);
        if let Some(waker) = waker {
            quietly(|| waker.wake());
        }
        is_to_be_dropped
    }

    /// The handle is dropped before the task's end. If `is_watched`, the task has to know.
    pub(crate) fn handle_dropped(&self, key: Option<Key>, id: N, is_watched: bool) {
        if !is_watched && key.is_none() && !self.has_side_entries() {
            return;
        }
        let removed = self.look(|registry| {
            if let Some(entry) = registry.of_handle(key, id) {
                entry.handle_dropped = is_watched;
                return None;
            }
            let known = registry.side_entries.get_mut(&id);
            if known.as_ref().is_some_and(|known| known.ended) {
                return self.remove_side_entry(registry, id);
            }
            if is_watched || known.is_some() {
                self.side_entry(registry, id).handle_dropped = true;
            }
            None
        });
        drop(removed);
    }

    pub(crate) fn is_handle_dropped(&self, key: Key) -> bool {
        self.look(|registry| registry.get(key).is_some_and(|entry| entry.handle_dropped))
    }
}
