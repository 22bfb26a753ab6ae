//! A drain that is dropped before its end.

use std::panic::Location;

use tokio::time::Instant;

use crate::report;
use crate::tracker::TrackerCore;

/// A drain that runs. If it is dropped before its end, and no other drain of its tracker runs, nothing cancels the tasks any more.
pub(super) struct Running<'a> {
    core: &'a TrackerCore,
    /// Where it was called, if the library's user awaits it. A `Shutdown` drops its drains on purpose, also that of a service.
    place: Option<&'static Location<'static>>,
}

impl<'a> Running<'a> {
    pub(super) fn begin(core: &'a TrackerCore, place: Option<&'static Location<'static>>) -> Self {
        core.drain_begins();
        Self { core, place }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let core = self.core;
        let is_last = core.drain_ends();
        let (Some(place), Some((began, budget))) = (self.place.filter(|_| is_last), core.drain_began()) else {
            return;
        };
        let took = Instant::now().saturating_duration_since(began);
        let live = core.admission().live();
        if core.report().get().is_none() && live > 0 && took < budget {
            report::drain_given_up(core.shown_name(), place, (took, budget), live);
        }
    }
}
