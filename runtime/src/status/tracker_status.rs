//! A tracker at one moment.

use std::time::Duration;

use super::{TrackerKind, TrackerState};

/// The status of a tracker: its bound, its tasks, and whether it is open.
///
/// ```
/// use outlive::status::TrackerStatus;
///
/// /// Whether the next call is refused.
/// fn is_full(tracker: &TrackerStatus) -> bool {
///     tracker.bound.is_some_and(|bound| tracker.live >= bound) && tracker.queued >= tracker.queue
/// }
/// # assert!(!outlive::status().trackers.iter().any(is_full));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrackerStatus {
    /// The name of the tracker. Trackers with the same name differ by file and line.
    pub name: &'static str,
    /// The source file in which it is made, as `file!()` gives it.
    pub file: &'static str,
    /// The line where it is made.
    pub line: u32,
    /// Whether it is a static, shared, or owned by a service.
    pub kind: TrackerKind,
    /// How many tasks may run at once. `None` if it is [`unbounded`](crate::Tracker::unbounded).
    pub bound: Option<usize>,
    /// How many places are taken, by running tasks, loops, and threads of `blocking` functions.
    pub live: usize,
    /// How many calls may be queued.
    pub queue: usize,
    /// How many calls are queued.
    pub queued: usize,
    /// How many callers wait to be admitted, with `when_full = wait`.
    pub acquiring: usize,
    /// Whether it is open, draining or drained.
    pub state: TrackerState,
    /// How long the oldest of its tasks has been running, including loops and workers, from the task's first await on.
    pub oldest: Option<Duration>,
}
