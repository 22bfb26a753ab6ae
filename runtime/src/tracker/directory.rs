//! The trackers that no function names: known from their first call on, until they are dropped.

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
            Self::Static(core) => Some(TrackerRef::Static(core)),
            Self::Shared(tracker) => tracker.upgrade().map(TrackerRef::Shared),
        }
    }
}

/// Those of the process, by their address. What isolated tests call, they know themselves.
static KNOWN: Mutex<BTreeMap<usize, Known>> = Mutex::new(BTreeMap::new());

#[cold]
pub(super) fn add(tracker: &TrackerRef) {
    let new = match tracker {
        TrackerRef::Static(core) => Known::Static(core),
        TrackerRef::Shared(tracker) => Known::Shared(Arc::downgrade(tracker)),
    };
    let core = tracker.core();
    names::note(core);
    let (before, same) = {
        let mut known = lock(&KNOWN);
        // Under the lock, so that of two who come at once none takes out what the other has put in.
        let before = known.remove(&core.enter_directory());
        (before, known.insert(core.address(), new))
    };
    drop((before, same));
}

/// It is dropped, and was known as this.
#[cold]
pub(super) fn remove(address: usize) {
    let gone = lock(&KNOWN).remove(&address);
    drop(gone);
}

/// Those that calls have been made to, where this code runs.
pub(crate) fn called() -> Vec<TrackerRef> {
    // Outside of the lock: whichever of them is the last of its tracker goes elsewhere.
    Isolated::current().called().unwrap_or_else(|| lock(&KNOWN).values().filter_map(Known::tracker).collect())
}
