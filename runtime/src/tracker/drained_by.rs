//! In debug builds: where a static tracker was drained, and by which runtime. Two tests of one binary have two.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::Mutex;

use tokio::runtime::{Handle, Id};

use super::{TrackerCore, TrackerRef};
use crate::util::sync::lock;

type Place = &'static Location<'static>;

/// By the trackers' addresses.
static DRAINED: Mutex<BTreeMap<usize, (Place, Id)>> = Mutex::new(BTreeMap::new());

/// A drain has ended.
pub(crate) fn note_drained(tracker: &TrackerCore, place: Place) {
    if let Ok(runtime) = Handle::try_current() {
        lock(&DRAINED).entry(tracker.address()).or_insert((place, runtime.id()));
    }
}

/// The drain was a shutdown's: then it is no test that has ended, but the process that ends.
pub(crate) fn drained_by_a_shutdown(tracker: &TrackerCore) {
    lock(&DRAINED).remove(&tracker.address());
}

/// Where this tracker was drained, if that was in this runtime.
pub(crate) fn drained_here(tracker: &TrackerCore) -> Option<Place> {
    let here = Handle::try_current().ok()?.id();
    lock(&DRAINED).get(&tracker.address()).filter(|(_, runtime)| *runtime == here).map(|(place, _)| *place)
}

/// Where this static tracker was drained, if that was in another runtime. Given once for each tracker.
pub(crate) fn drained_elsewhere(tracker: &TrackerRef) -> Option<Place> {
    let TrackerRef::Static(Some(core)) = tracker else { return None };
    let here = Handle::try_current().ok()?.id();
    let mut drained = lock(&DRAINED);
    let (place, _) = drained.get(&core.address()).filter(|(_, runtime)| *runtime != here).copied()?;
    drained.remove(&core.address());
    Some(place)
}
