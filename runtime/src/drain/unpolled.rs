//! A drain that was called, and not awaited.

use std::mem;
use std::panic::Location;

use crate::report;
use crate::tracker::{Tracker, TrackerCore};

/// A drain before its first poll. Dropping it is reported, unless somebody else has begun to drain.
pub(super) struct Unpolled<'a, const DRAIN_SECS: u64> {
    pub(super) tracker: &'a Tracker<DRAIN_SECS>,
    pub(super) place: &'static Location<'static>,
}

impl<'a, const DRAIN_SECS: u64> Unpolled<'a, DRAIN_SECS> {
    /// The first poll: the tracker, in the isolation of the code that polls.
    pub(super) fn begins(self) -> &'a TrackerCore {
        let tracker = self.tracker;
        mem::forget(self);
        tracker.here()
    }
}

impl<const DRAIN_SECS: u64> Drop for Unpolled<'_, DRAIN_SECS> {
    fn drop(&mut self) {
        let core = self.tracker.here();
        if core.drain_began().is_none() {
            report::drain_dropped(core.name(), self.place);
        }
    }
}
