//! An annotated function at one moment.

use std::time::Duration;

use super::{Failure, Rate};
use crate::tracker::{Counts, Refusals};

/// The status of an annotated function: its place, its time limits, its counters and its last failure.
///
/// ```
/// for function in outlive::status().functions {
///     if let Some(failure) = function.last_failure {
///         println!("{} {} {:?} ago: {}", function.name, failure.outcome, failure.ago, failure.cause);
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionStatus {
    /// The function's name, or the one given with `name = …`.
    pub name: &'static str,
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line of the function's name; with `site = caller`, the line of the call. The function itself then has an entry as
    /// well, without calls.
    pub line: u32,
    /// The name of its tracker, if that is a static. Otherwise each call may have another tracker.
    pub tracker: Option<&'static str>,
    /// The source file of the tracker. `None` if `tracker` is `None`.
    pub tracker_file: Option<&'static str>,
    /// The line of the tracker. `None` if `tracker` is `None`.
    pub tracker_line: Option<u32>,
    /// The longest that a call may run, without its grace: its `max_timeout`, if it has one. `None` for a worker.
    pub timeout: Option<Duration>,
    /// The time between cancelling a task and dropping it.
    pub grace: Duration,
    /// The counters of its calls.
    pub counts: Counts,
    /// How many calls never ran, by reason.
    pub refused: Refusals,
    /// How long the oldest of its tasks has been running, from its first await on. `None` if no running task has reached an
    /// await.
    pub oldest: Option<Duration>,
    /// Its last failure, if there was one.
    pub last_failure: Option<Failure>,
    /// How many of its calls started, and how many failed, in the last minute. `None` until [`status()`](fn@crate::status)
    /// has been called twice, at least a second apart.
    pub last_minute: Option<Rate>,
}
