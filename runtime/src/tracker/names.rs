//! Which names several trackers have: a report tells those apart by their place.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, Once};

use super::sites::of_the_process;
use super::{TaskSite, TrackerCore};
use crate::util::sync::lock;

/// The one place where a tracker of the name is made, or that there are several.
enum Places {
    One(&'static Location<'static>),
    Several,
}

static PLACES: Mutex<BTreeMap<&'static str, Places>> = Mutex::new(BTreeMap::new());

/// It is used for the first time. Made anew at the same place, as by a hot reload, it is the same.
#[cold]
pub(super) fn note(tracker: &TrackerCore) {
    let mut places = lock(&PLACES);
    let known = places.entry(tracker.name()).or_insert(Places::One(tracker.place()));
    if matches!(known, Places::One(place) if *place != tracker.place()) {
        *known = Places::Several;
    }
}

/// Whether the name alone does not say which tracker it is, of those that functions name, called or not, and those that have been used.
pub(crate) fn is_ambiguous(name: &str) -> bool {
    static STATICS: Once = Once::new();
    STATICS.call_once(|| of_the_process().filter_map(TaskSite::tracker).for_each(|tracker| note(tracker.core())));
    matches!(lock(&PLACES).get(name), Some(Places::Several))
}
