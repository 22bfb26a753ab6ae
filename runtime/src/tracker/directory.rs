//! The directory of trackers that no function names. It has a tracker from its first call until it is dropped.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, Weak};

use super::{HasCore, Isolated, TrackerCore, TrackerRef, names};
use crate::util::sync::lock;

enum Known {
    Static(&'static TrackerCore),
    Shared(Weak<dyn HasCore>),
}

impl Known {
    fn tracker(&self) -> Option<TrackerRef> {
        match self {
            Self::Static(core) => Some(TrackerRef::Static(Some(core))),
            Self::Shared(tracker) => tracker.upgrade().map(TrackerRef::Shared),
        }
    }
}

/// The trackers of the process, by address. An isolated test records its own.
static KNOWN: Mutex<BTreeMap<usize, Known>> = Mutex::new(BTreeMap::new());

#[cold]
pub(super) fn add(tracker: &TrackerRef) {
    let new = match tracker {
        TrackerRef::Static(Some(core)) => Known::Static(core),
        TrackerRef::Static(None) => return,
        TrackerRef::Shared(tracker) => Known::Shared(Arc::downgrade(tracker)),
    };
    let core = tracker.core();
    names::note(core);
    let (before, same) = {
        let mut known = lock(&KNOWN);
        // Under the lock, so that of two concurrent calls none removes the other's entry.
        let before = known.remove(&core.enter_directory());
        (before, known.insert(core.address(), new))
    };
    drop((before, same));
}

/// Removes a dropped tracker, by the address under which it was added.
#[cold]
pub(super) fn remove(address: usize) {
    let gone = lock(&KNOWN).remove(&address);
    drop(gone);
}

/// The trackers that were called, in the current isolation.
pub(crate) fn called() -> Vec<TrackerRef> {
    // The references are dropped outside of the lock: dropping the last one of a tracker takes this lock.
    Isolated::current().called().unwrap_or_else(|| lock(&KNOWN).values().filter_map(Known::tracker).collect())
}
