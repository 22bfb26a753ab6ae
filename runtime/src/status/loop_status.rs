//! A function's loops in one tracker.

use std::time::Duration;

use super::LoopRun;

/// The status of a function's loops or workers in one tracker. It stays, with `live` zero, when they have ended.
///
/// ```
/// /// The loops that have begun no run for twice their period.
/// fn late() -> Vec<&'static str> {
///     let late = outlive::status().loops.into_iter().filter(|known| {
///         let began = known.last_run.as_ref().map(|run| run.began_ago);
///         known.live > 0 && began.zip(known.every).is_some_and(|(began, every)| began > 2 * every)
///     });
///     late.map(|known| known.name).collect()
/// }
/// # assert!(late().is_empty());
/// ```
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
    /// The source file of the tracker.
    pub tracker_file: &'static str,
    /// The line of the tracker.
    pub tracker_line: u32,
    /// How many exist, including queued ones, and those between two runs.
    pub live: usize,
    /// The time from the start of one run to the next. `None` for a worker.
    pub every: Option<Duration>,
    /// The run that began last. A worker without `restart` is one run.
    pub last_run: Option<LoopRun>,
    /// How long until the next run begins, if that is known: for a periodic loop, and for a worker that waits for its
    /// restart. With several loops, it is the time that was set last.
    pub next_run: Option<Duration>,
}
