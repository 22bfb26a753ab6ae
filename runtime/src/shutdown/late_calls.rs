//! Calls to a tracker that had drained, while the shutdown went on: their callers should have ended before it.

use crate::tracker::TrackerRef;
use crate::util::text::Named;

/// A tracker that the shutdown drains, with the name of its phase.
pub(super) type Drained = (&'static str, TrackerRef);

/// A note for each tracker that has refused calls since its drain had ended.
pub(super) fn notes(trackers: &[Drained]) -> Vec<(&'static str, String)> {
    let (mut known, mut notes) = (Vec::new(), Vec::new());
    for (phase, tracker) in trackers {
        let core = tracker.core();
        let Some(report) = core.report().get() else { continue };
        if known.contains(&core.address()) {
            continue;
        }
        known.push(core.address());
        let late = core.admission().refused().saturating_sub(report.refused());
        let calls = if late == 1 { "call was" } else { "calls were" };
        if late > 0 {
            let name = Named(core.name());
            notes.push((
                *phase,
                format!("{name}: {late} {calls} refused after it had drained: drain what calls it first"),
            ));
        }
    }
    notes
}
