//! A run of a loop.

use std::time::{Duration, SystemTime};

use crate::tracker::Outcome;

/// The last run of a loop, or of a worker.
///
/// [`LoopStatus::last_run`](super::LoopStatus::last_run) has it.
///
/// ```
/// use std::time::Duration;
/// use outlive::status::LoopRun;
///
/// /// Whether the run takes longer than usual.
/// fn is_slow(run: &LoopRun) -> bool {
///     run.took.unwrap_or(run.began_ago) > Duration::from_secs(5)
/// }
///
/// for known in outlive::status().loops {
///     println!("{}: slow: {}", known.name, known.last_run.as_ref().is_some_and(is_slow));
/// }
/// ```
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
