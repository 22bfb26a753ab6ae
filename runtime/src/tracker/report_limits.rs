//! The limits on a function's reports.

use super::{Kind, Outcome, TaskSite};
use crate::util::RateLimit;

/// What a report is about.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReportKind {
    Of(Outcome),
    /// An argument may go stale.
    Stale,
}

impl ReportKind {
    pub(crate) const STALE: &str = "an argument may go stale before its task ends";

    /// The name for programs, in JSON.
    #[cfg(feature = "serde")]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Of(outcome) => outcome.as_str(),
            Self::Stale => "stale_argument",
        }
    }

    pub(crate) fn phrase(self, of: Kind) -> &'static str {
        match self {
            Self::Of(outcome) => outcome.phrase(of),
            Self::Stale => Self::STALE,
        }
    }
}

/// Suppressed reports that no later report has counted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Suppressed {
    pub(crate) site: &'static TaskSite,
    pub(crate) kind: ReportKind,
    pub(crate) count: u64,
}

/// The limits on a function's reports: one for each outcome, and one for arguments that may go stale.
#[derive(Default)]
pub(crate) struct ReportLimits {
    outcomes: [RateLimit; Outcome::COUNT],
    stale: RateLimit,
}

impl ReportLimits {
    pub(crate) fn of(&self, outcome: Outcome) -> &RateLimit {
        &self.outcomes[outcome as usize]
    }

    /// Takes the counts of suppressed reports of each kind. The caller must report them.
    pub(super) fn take_suppressed(&self) -> impl Iterator<Item = (ReportKind, u64)> + '_ {
        let outcomes = Outcome::ALL.into_iter().map(|outcome| (ReportKind::Of(outcome), self.of(outcome)));
        let all = outcomes.chain([(ReportKind::Stale, &self.stale)]);
        all.map(|(kind, limit)| (kind, limit.take_suppressed())).filter(|(_, count)| *count > 0)
    }

    pub(crate) fn stale(&self) -> &RateLimit {
        &self.stale
    }
}
