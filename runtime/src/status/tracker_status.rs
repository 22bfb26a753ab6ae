//! A tracker at one moment.

use std::time::Duration;

use super::{TrackerKind, TrackerState};

/// A tracker at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrackerStatus {
    /// The name that it was given. Trackers of one name are told apart by their place.
    pub name: &'static str,
    /// The source file in which it is made, as `file!()` gives it.
    pub file: &'static str,
    /// The line there.
    pub line: u32,
    /// Who keeps it.
    pub kind: TrackerKind,
    /// How many tasks may run at once. `None` is [`unbounded`](crate::Tracker::unbounded).
    pub bound: Option<usize>,
    /// How many places are taken: by tasks that run, by loops, and by threads of `blocking` functions.
    pub live: usize,
    /// How many calls may wait for their turn.
    pub queue: usize,
    /// How many wait.
    pub queued: usize,
    /// How many callers wait to be admitted, with `when_full = wait`.
    pub acquiring: usize,
    /// How far it has come.
    pub state: TrackerState,
    /// How long the oldest of its tasks has been running, loops and workers included. It counts from a task's first await.
    pub oldest: Option<Duration>,
}
