//! A run of a loop.

use std::time::{Duration, SystemTime};

use crate::tracker::Outcome;

/// The last run of a loop, or of a worker.
///
/// [`LoopStatus::last_run`](super::LoopStatus::last_run) has it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoopRun {
    /// When it began.
    pub began_at: SystemTime,
    /// How long ago it began, by tokio's clock.
    pub began_ago: Duration,
    /// How long it took. `None` while it runs. It stays `None` if the loop was cancelled during the run, because nothing
    /// records the run's end then.
    pub took: Option<Duration>,
    /// How it ended. `None` if `took` is `None`.
    pub outcome: Option<Outcome>,
}
