//! Ensures that a loop runs at most once in its tracker.

use std::any::TypeId;

use super::{TaskSite, TrackerRef};

/// A loop's function and, if that is generic, the type of its instantiation.
pub(super) type Instance = (&'static TaskSite, TypeId);

/// Ensures that a loop runs at most once in its tracker, until this is dropped.
pub(crate) struct Claim {
    tracker: TrackerRef,
    instance: Instance,
}

impl Claim {
    /// `None` if such a loop runs already.
    pub(crate) fn new(tracker: &TrackerRef, instance: Instance) -> Option<Self> {
        let mut once = tracker.core().loops();
        if once.iter().any(|known| is_same(*known, instance)) {
            return None;
        }
        once.push(instance);
        Some(Self { tracker: tracker.clone(), instance })
    }
}

fn is_same(one: Instance, other: Instance) -> bool {
    std::ptr::eq(one.0, other.0) && one.1 == other.1
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut once = self.tracker.core().loops();
        once.retain(|known| !is_same(*known, self.instance));
    }
}
