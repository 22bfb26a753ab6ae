//! A run of a loop.

use std::time::{Duration, SystemTime};

use crate::tracker::Outcome;

/// The last run of a loop, or of a worker.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoopRun {
    /// When it began.
    pub began_at: SystemTime,
    /// How long ago that was, by tokio's clock.
    pub began_ago: Duration,
    /// How long it took. `None` while it runs, and where its loop was cancelled meanwhile: it then ends by itself, and nobody looks.
    pub took: Option<Duration>,
    /// How it ended. `None` where `took` is.
    pub outcome: Option<Outcome>,
}
