//! What a drain does next: a pure function of its phase, of the graces of its tasks, and of the time.
//!
//! However late it looks, it passes through every phase, and the second for those who do not come to an await counts from
//! the moment when it has dropped the others: a thread that was blocked, or a process that was stopped, is not their
//! fault.

use std::time::Duration;

use tokio::time::Instant;

use crate::admission::Phase;
use crate::util::later;

/// How long a drain waits, after it has dropped the tasks, for those that do not come to an await.
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(1);

pub(super) struct Clock {
    began: Instant,
    drops_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    WaitUntil(Instant),
    Advance(Phase),
    /// Whoever is left is stuck.
    Report,
}

impl Clock {
    pub(super) fn new(began: Instant, budget: Duration) -> Self {
        Self { began, drops_at: later(began, budget) }
    }

    /// `longest_grace` is that of the tasks that are there. `dropped` is when they were dropped, if they were, by whichever
    /// drain of the tracker.
    pub(super) fn next(&self, phase: Phase, dropped: Option<Instant>, longest_grace: Duration, now: Instant) -> Next {
        let cancels_at = self.drops_at.checked_sub(longest_grace).unwrap_or(self.began).max(self.began);
        match phase {
            Phase::Open | Phase::Closing if now >= cancels_at => Next::Advance(Phase::Cancelled),
            Phase::Open | Phase::Closing => Next::WaitUntil(cancels_at),
            Phase::Cancelled if now >= self.drops_at => Next::Advance(Phase::Dropped),
            Phase::Cancelled => Next::WaitUntil(self.drops_at),
            Phase::Dropped => {
                let stuck_at = later(dropped.unwrap_or(now), STUCK_AFTER);
                if now >= stuck_at { Next::Report } else { Next::WaitUntil(stuck_at) }
            }
        }
    }
}

#[cfg(test)]
mod tests;
