//! A function's loops in one tracker.

use std::time::Duration;

use super::LoopRun;

/// A function's loops, or workers, in one tracker. It stays when they have ended, with `live` zero.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LoopStatus {
    /// The function's name, or the one given with `name = …`.
    pub name: &'static str,
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line of the function's name.
    pub line: u32,
    /// The name of their tracker.
    pub tracker: &'static str,
    /// The source file in which that is made.
    pub tracker_file: &'static str,
    /// The line there.
    pub tracker_line: u32,
    /// How many are there, between two runs as well, or queued.
    pub live: usize,
    /// From the start of one run to the next. `None` is a worker's.
    pub every: Option<Duration>,
    /// The run that began last. A worker that is not restarted is one run.
    pub last_run: Option<LoopRun>,
    /// How long until the next run begins, where that is known: of a periodic loop, and of a worker that waits to be
    /// restarted. Where there are several, the one that was set last.
    pub next_run: Option<Duration>,
}
