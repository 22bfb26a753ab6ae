//! The trackers that no function names: known from their first call on.

use std::sync::{Arc, Mutex, Weak};

use super::{HasCore, Isolated, TrackerCore, TrackerRef};
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

/// Those of the process, and some that are gone already. What isolated tests call, they know themselves.
static KNOWN: Mutex<Vec<Known>> = Mutex::new(Vec::new());

#[cold]
pub(super) fn add(tracker: &TrackerRef) {
    let new = match tracker {
        TrackerRef::Static(core) => Known::Static(core),
        TrackerRef::Shared(tracker) => Known::Shared(Arc::downgrade(tracker)),
    };
    let mut known = lock(&KNOWN);
    if known.len() == known.capacity() {
        // Before it grows, which is ever more seldom.
        known.retain(|known| !matches!(known, Known::Shared(tracker) if tracker.strong_count() == 0));
    }
    known.push(new);
}

/// Those that calls have been made to, where this code runs.
pub(crate) fn called() -> Vec<TrackerRef> {
    // Outside of the lock: whichever of them is the last of its tracker goes elsewhere.
    Isolated::current().called().unwrap_or_else(|| lock(&KNOWN).iter().filter_map(Known::tracker).collect())
}
