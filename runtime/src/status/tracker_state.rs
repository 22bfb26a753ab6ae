//! How far a tracker has come.

use std::time::Duration;

use crate::tracker::DrainReport;

/// How far a tracker has come.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TrackerState {
    /// It admits calls.
    Open,
    /// The service's last owner has gone, and nobody drains it: it admits nothing any more.
    OwnerGone,
    /// A drain has begun.
    #[non_exhaustive]
    Draining {
        /// How long ago.
        elapsed: Duration,
        /// How long it may take.
        budget: Duration,
    },
    /// Its drain has ended, with this report.
    Drained(DrainReport),
}

impl TrackerState {
    /// As a label of a metric, or in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::OwnerGone => "owner_gone",
            Self::Draining { .. } => "draining",
            Self::Drained(_) => "drained",
        }
    }

    /// The report of the drain, where one has ended.
    #[must_use]
    pub const fn report(&self) -> Option<&DrainReport> {
        if let Self::Drained(report) = self { Some(report) } else { None }
    }
}
