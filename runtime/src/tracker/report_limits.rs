//! How many reports a function may send.

use super::Outcome;
use crate::util::RateLimit;

/// How many reports a function may send: an allowance for each outcome, and for arguments that may go stale.
#[derive(Default)]
pub(crate) struct ReportLimits {
    outcomes: [RateLimit; Outcome::COUNT],
    stale: RateLimit,
}

impl ReportLimits {
    pub(crate) fn of(&self, outcome: Outcome) -> &RateLimit {
        &self.outcomes[outcome as usize]
    }

    pub(crate) fn stale(&self) -> &RateLimit {
        &self.stale
    }
}
