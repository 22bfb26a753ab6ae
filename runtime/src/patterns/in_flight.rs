//! The running work by key: which caller starts it, which callers join it. No clock, no runtime, no task.
//!
//! Invariants, all under the one lock:
//!
//! 1. A key has at most one flight that can be joined.
//! 2. A flight is marked as shared before it is removed, or never. So after the removal the mark is final.
//! 3. A flight removes only itself. A forgotten flight does not remove its successor.
//!
//! Keys are dropped after the lock is released, because their destructor may use this map. Their `Eq` and `Hash` run under
//! the lock, and must not use it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::util::sync::{Mutex, lock};

pub(crate) struct InFlight<K, S> {
    under_way: Mutex<HashMap<K, Arc<S>>>,
}

/// The role of a caller.
pub(crate) enum Joined<S> {
    /// No work is running: this caller starts it.
    Leads(Arc<S>),
    Follows(Arc<S>),
}

impl<K: Eq + Hash, S> InFlight<K, S> {
    pub(crate) fn new() -> Self {
        Self { under_way: Mutex::new(HashMap::new()) }
    }

    fn with<R>(&self, work: impl FnOnce(&mut HashMap<K, Arc<S>>) -> R) -> R {
        // A panic in the key's code leaves the map unchanged.
        work(&mut lock(&self.under_way))
    }

    /// Joins the running work for the key, if `share` can mark it as shared; otherwise inserts a new flight.
    pub(crate) fn join(&self, key: K, new: impl FnOnce() -> S, share: impl FnOnce(&S) -> bool) -> Joined<S> {
        let mut key = Some(key);
        let mut replaced = None;
        self.with(|under_way| {
            if let Some(flight) = key.as_ref().and_then(|key| under_way.get(key)) {
                if share(flight) {
                    return Joined::Follows(Arc::clone(flight));
                }
            }
            let flight = Arc::new(new());
            if let Some(key) = key.take() {
                replaced = under_way.remove_entry(&key);
                under_way.insert(key, Arc::clone(&flight));
            }
            Joined::Leads(flight)
        })
    }

    /// The flight has ended: removes it, so that no caller joins it.
    pub(crate) fn remove(&self, key: &K, flight: &Arc<S>) {
        let _taken = self.with(|under_way| {
            let is_this_one = under_way.get(key).is_some_and(|known| Arc::ptr_eq(known, flight));
            is_this_one.then(|| under_way.remove_entry(key))
        });
    }

    /// Removes the running work for the key, which goes on, but is not joined any more. Returns whether there was any.
    pub(crate) fn forget(&self, key: &K) -> bool {
        let taken = self.with(|under_way| under_way.remove_entry(key));
        taken.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.with(|under_way| under_way.len())
    }
}
