//! In debug builds: a call that is beside the context that it should be in, or comes after another test's drain. No build for
//! release looks.

use crate::context::{beside_the_layer, passes};
use crate::current::is_outside;
use crate::error::Rejected;
use crate::report;
use crate::tracker::{TaskSite, TrackerCore, TrackerRef, drained_elsewhere};

#[cold]
pub(super) fn look(site: &'static TaskSite, tracker: &TrackerCore) {
    passes(report::nothing_ran_in_it);
    if is_outside() {
        if let Some(layer) = beside_the_layer(std::ptr::from_ref(site).addr()) {
            report::layer_sees_nothing(site, tracker.shown_name(), layer);
        }
    }
}

#[cold]
pub(super) fn refused(site: &'static TaskSite, tracker: &TrackerRef, rejected: Rejected) {
    if rejected == Rejected::Draining {
        if let Some(place) = drained_elsewhere(tracker) {
            report::drained_by_another_runtime(site, tracker.core().shown_name(), place);
        }
    }
}
