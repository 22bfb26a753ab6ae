//! An annotated function at one moment.

use std::time::Duration;

use super::{Failure, Rate};
use crate::tracker::{Counts, Refusals};

/// An annotated function at one moment.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FunctionStatus {
    /// The function's name, or the one given with `name = …`.
    pub name: &'static str,
    /// The source file, as `file!()` gives it.
    pub file: &'static str,
    /// The line of the function's name; with `site = caller`, of the call. The function then has an entry of its own as well, without
    /// calls.
    pub line: u32,
    /// The name of its tracker, where that is a static. Else each call may have another.
    pub tracker: Option<&'static str>,
    /// The source file in which that is made. `None` where `tracker` is.
    pub tracker_file: Option<&'static str>,
    /// The line there. `None` where `tracker` is.
    pub tracker_line: Option<u32>,
    /// The longest that a call may run, its grace not included: its `max_timeout`, where it has one. `None` is a worker's.
    pub timeout: Option<Duration>,
    /// The time between cancelling a task and dropping it.
    pub grace: Duration,
    /// What became of its calls.
    pub counts: Counts,
    /// Why calls never ran.
    pub refused: Refusals,
    /// How long the oldest of its tasks has been running, from its first await on. `None` where none has come to one.
    pub oldest: Option<Duration>,
    /// Its last failure. `None` where there was none.
    pub last_failure: Option<Failure>,
    /// How many of its calls started, and how many failed, of late. `None` until [`status()`](fn@crate::status) has been asked for twice, with a second
    /// in between: only that makes it look.
    pub last_minute: Option<Rate>,
}
