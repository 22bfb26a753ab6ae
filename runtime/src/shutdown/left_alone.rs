//! Static trackers that are in no phase of a shutdown that does not look for them, and whose tasks run on.

use std::thread;

use crate::admission::Phase;
use crate::tracker::{TaskSite, sites};
use crate::util::text::Named;

/// The name that the report has for their phase, and for that in which [`Shutdown::all`](super::Shutdown::all) drains such trackers.
pub(super) const IN_NO_PHASE: &str = "in no phase";

/// Whether the shutdown is awaited in `main`: the process ends with it. A test has a thread of its own, and other tests beside it.
pub(super) fn ends_the_process() -> bool {
    thread::current().name() == Some("main")
}

/// A note for each of them: nothing waits for its tasks.
pub(super) fn notes() -> Vec<(&'static str, String)> {
    let (mut known, mut notes) = (Vec::new(), Vec::new());
    for tracker in sites().filter_map(TaskSite::tracker) {
        let tracker = tracker.held().into_ref().here();
        let core = tracker.core();
        if known.contains(&core.address()) {
            continue;
        }
        known.push(core.address());
        let live = core.admission().live();
        if live == 0 || core.admission().phase() != Phase::Open {
            continue;
        }
        let (name, place) = (Named(core.name()), core.place());
        let run = if live == 1 { "task runs" } else { "tasks run" };
        notes.push((
            IN_NO_PHASE,
            format!(
                "{name} ({}:{}): {live} {run} on, and nothing waits: add it by `.tracker(…)`, or write `Shutdown::all()`",
                place.file(),
                place.line()
            ),
        ));
    }
    notes
}
