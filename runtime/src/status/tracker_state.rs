//! How far a tracker has come.

use std::time::Duration;

use crate::tracker::DrainReport;

/// Whether a tracker is open, draining or drained.
///
/// ```
/// use outlive::status::TrackerState;
///
/// for tracker in outlive::status().trackers {
///     match tracker.state {
///         TrackerState::Draining { elapsed, budget, .. } => println!("{}: {elapsed:?} of {budget:?}", tracker.name),
///         TrackerState::Drained(report) => println!("{report}"),
///         _ => {}
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum TrackerState {
    /// It admits calls.
    Open,
    /// The service's last owner was dropped, without a drain. It admits no calls.
    OwnerGone,
    /// A drain has begun.
    #[non_exhaustive]
    Draining {
        /// How long ago it began.
        elapsed: Duration,
        /// How long it may take.
        budget: Duration,
    },
    /// Its drain has ended, with this report.
    Drained(DrainReport),
}

impl TrackerState {
    /// The name as it is in a metric's label and in JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::OwnerGone => "owner_gone",
            Self::Draining { .. } => "draining",
            Self::Drained(_) => "drained",
        }
    }

    /// The report of the drain, if one has ended.
    #[must_use]
    pub const fn report(&self) -> Option<&DrainReport> {
        if let Self::Drained(report) = self { Some(report) } else { None }
    }
}
