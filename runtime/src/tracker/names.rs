//! Tracker names that are used at several places. A report distinguishes such trackers by file and line.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, Once};

use super::sites::of_the_process;
use super::{TaskSite, TrackerCore};
use crate::util::sync::lock;

/// The place where a tracker with the name is made, or that there are several.
enum Places {
    One(&'static Location<'static>),
    Several,
}

static PLACES: Mutex<BTreeMap<&'static str, Places>> = Mutex::new(BTreeMap::new());

/// Notes a tracker at its first use. A tracker that is made again at the same place, as after a hot reload, counts as the
/// same.
#[cold]
pub(super) fn note(tracker: &TrackerCore) {
    let mut places = lock(&PLACES);
    let known = places.entry(tracker.name()).or_insert(Places::One(tracker.place()));
    if matches!(known, Places::One(place) if *place != tracker.place()) {
        *known = Places::Several;
    }
}

/// Whether several trackers have the name, among those that functions name and those that were used.
pub(crate) fn is_ambiguous(name: &str) -> bool {
    static STATICS: Once = Once::new();
    STATICS.call_once(|| of_the_process().filter_map(TaskSite::tracker).for_each(|tracker| note(tracker.core())));
    matches!(lock(&PLACES).get(name), Some(Places::Several))
}
