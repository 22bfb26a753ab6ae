//! The report of a refused call that nobody looked at. Its cause says what to write, where the caller shows that.

use std::fmt;

use crate::current::current_task;
use crate::error::Rejected;
use crate::report::{self, Facts};
#[cfg(debug_assertions)]
use crate::tracker::drained_here;
use crate::tracker::{Outcome, TrackerRef};
use crate::util::text::Named;

/// Why the call was refused, and what to write.
struct Cause<'a> {
    rejected: Rejected,
    tracker: &'a TrackerRef,
}

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rejected.why())?;
        if self.rejected == Rejected::NoRuntime {
            return f
                .write_str(": call it within one, as after `let _entered = handle.enter();`, or say `on = handle`");
        }
        let is_another = |caller: &TrackerRef| caller.core().address() != self.tracker.core().address();
        // Read only here, as most of many reports are suppressed.
        let caller = || current_task().filter(|(_, caller)| is_another(caller));
        if self.rejected != Rejected::Draining {
            return Ok(());
        }
        let Some((site, caller)) = caller() else {
            #[cfg(debug_assertions)]
            if let Some(place) = drained_here(self.tracker.core()) {
                f.write_str(": ")?;
                write!(
                    f,
                    "its drain, at {place}, has ended; to wait for its tasks and go on, write `.idle().await` there"
                )?;
            }
            return Ok(());
        };
        let (name, tracker) = (site.name(), Named(caller.core().name()));
        write!(f, ", and its caller, `{name}` of {tracker}, still runs: drain {tracker} first, in an earlier phase")
    }
}

/// Reports that a call was refused, unseen.
pub(super) fn report(facts: &Facts, rejected: Rejected, tracker: &TrackerRef) {
    report::send(Outcome::Rejected, facts, &Cause { rejected, tracker });
    if rejected == Rejected::NoRuntime {
        report::outside_a_runtime(facts.site);
    }
}
