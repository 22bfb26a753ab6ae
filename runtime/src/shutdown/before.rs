//! The tasks that end between the begin of a shutdown and the drain of their tracker, so that no drain's report counts them:
//! while the servers serve on and stop, and during earlier phases.

use std::collections::BTreeMap;
use std::fmt;

use super::late_calls::Drained;
use crate::admission::{Failings, Phase};
use crate::tracker::{Counts, HowManyFailed, TaskSite, TrackerCore, sites};

/// Tasks that ended by themselves, counted.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct EndedBefore {
    pub(crate) ended: usize,
    /// How many of these did not end well.
    pub(crate) failings: Failings,
}

/// Counts them, by the counters of the functions.
pub(super) struct Before {
    /// The counts of each function when it was last looked at, by its address.
    known: BTreeMap<usize, Counts>,
    pub(super) so_far: EndedBefore,
}

impl Before {
    pub(super) fn begin() -> Self {
        let known = sites().map(|site| (address(site), site.counts())).collect();
        Self { known, so_far: EndedBefore::default() }
    }

    /// Counts what has ended in those of the trackers that do not drain yet.
    pub(super) fn look(&mut self, trackers: &[Drained]) {
        let (open, others): (Vec<_>, Vec<_>) = trackers
            .iter()
            .map(|(_, tracker)| tracker.core())
            .partition(|core| core.admission().phase() == Phase::Open);
        for site in sites() {
            // The counters do not tell the trackers of one function apart.
            if !open.iter().any(|core| runs_in(core, site)) || others.iter().any(|core| runs_in(core, site)) {
                continue;
            }
            let now = site.counts();
            let then = self.known.insert(address(site), now).unwrap_or_default();
            let since =
                |of: fn(&Counts) -> u64| usize::try_from(of(&now).saturating_sub(of(&then))).unwrap_or(usize::MAX);
            let failings = Failings {
                failed: since(|counts| counts.failed),
                timed_out: since(|counts| counts.timed_out),
                panicked: since(|counts| counts.panicked),
            };
            self.so_far.failings += failings;
            self.so_far.ended += since(|counts| counts.completed) + failings.sum();
        }
    }
}

fn address(site: &'static TaskSite) -> usize {
    std::ptr::from_ref(site).addr()
}

fn runs_in(core: &TrackerCore, site: &'static TaskSite) -> bool {
    match site.tracker() {
        Some(tracker) => tracker.held().into_ref().here().core().address() == core.address(),
        None => core.has_run(site),
    }
}

/// A line of the report. Nothing if none has ended.
impl fmt::Display for EndedBefore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ended, failings } = *self;
        let tasks = if ended == 1 { "task" } else { "tasks" };
        write!(f, "before the drains: {ended} {tasks} ended{}", HowManyFailed { failings, dropped: 0 })
    }
}
