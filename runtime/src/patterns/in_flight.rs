//! What is under way, by key: who leads, who follows, and when that ends. No clock, no runtime, no task.
//!
//! Invariants, all under the one lock:
//!
//! 1. A key has at most one flight that can be joined.
//! 2. A flight is marked as shared before it is taken out, or never: who has taken it out, or has seen that it is out,
//!    reads the last word.
//! 3. A flight takes out itself alone. One that was forgotten leaves its successor where it is.
//!
//! Keys that are no longer needed are dropped after the lock is released: their destructor may come back here. Their
//! `Eq` and `Hash` run under it, and must not.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::util::sync::{Mutex, lock};

pub(crate) struct InFlight<K, S> {
    under_way: Mutex<HashMap<K, Arc<S>>>,
}

/// What a caller that comes finds.
pub(crate) enum Joined<S> {
    /// Nothing under way: the work is this caller's to start.
    Leads(Arc<S>),
    Follows(Arc<S>),
}

impl<K: Eq + Hash, S> InFlight<K, S> {
    pub(crate) fn new() -> Self {
        Self { under_way: Mutex::new(HashMap::new()) }
    }

    fn with<R>(&self, work: impl FnOnce(&mut HashMap<K, Arc<S>>) -> R) -> R {
        // A key's own code that panics leaves the map as it was.
        work(&mut lock(&self.under_way))
    }

    /// Joins what is under way for the key, if `share` can mark it as shared; or puts a new flight there.
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

    /// The flight has ended: nobody joins it any more.
    pub(crate) fn remove(&self, key: &K, flight: &Arc<S>) {
        let _taken = self.with(|under_way| {
            let is_this_one = under_way.get(key).is_some_and(|known| Arc::ptr_eq(known, flight));
            is_this_one.then(|| under_way.remove_entry(key))
        });
    }

    /// Nobody joins what is under way for the key any more; it goes on. Whether there was something.
    pub(crate) fn forget(&self, key: &K) -> bool {
        let taken = self.with(|under_way| under_way.remove_entry(key));
        taken.is_some()
    }

    pub(crate) fn len(&self) -> usize {
        self.with(|under_way| under_way.len())
    }
}
