//! The next step of a drain: a pure function of its phase, of its tasks' graces, and of the time.
//!
//! Even if a drain is polled late, because its thread was blocked or its process was stopped, it passes through every phase.
//! The second for tasks that do not reach an await counts from the moment when it dropped the others.

use std::time::Duration;

use tokio::time::Instant;

use crate::admission::Phase;
use crate::util::later;

/// How long a drain waits, after it has dropped the tasks, for those that do not reach an await.
pub(crate) const STUCK_AFTER: Duration = Duration::from_secs(1);

pub(super) struct Clock {
    began: Instant,
    drops_at: Instant,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Next {
    WaitUntil(Instant),
    Advance(Phase),
    /// The remaining tasks are stuck.
    Report,
}

impl Clock {
    pub(super) fn new(began: Instant, budget: Duration) -> Self {
        Self { began, drops_at: later(began, budget) }
    }

    /// The next step. `longest_grace` is the longest one of the remaining tasks. `dropped` is when they were dropped, if
    /// they were, by any drain of the tracker.
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
