//! What a task does next: a pure function of what it is and of the signals that it sees. No clock, no lock, no waker.
//!
//! The order of the rules is the order of what is stronger. What has been decided to end a task ends it; then come an
//! abort by its handle, a drain that drops, the first signal to stop, and last its own time.

use crate::admission::Phase;

/// What a task is.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Life {
    /// Has come to an await.
    pub(crate) is_parked: bool,
    pub(crate) stop: Stop,
    pub(crate) has_grace: bool,
    /// In a section that shall not be cut short before the grace is over.
    pub(crate) is_shielded: bool,
    /// It has no time of its own, and ends when it is cancelled.
    pub(crate) is_worker: bool,
    /// Nothing of it runs, and nothing is lost with it.
    pub(crate) is_between_runs: bool,
    /// Its time is what a drain has left for it.
    pub(crate) is_cut_by_drain: bool,
    /// A thread does its work, which nobody can stop.
    pub(crate) is_blocking: bool,
    /// It knows that a drain has begun.
    pub(crate) knows_of_drain: bool,
}

/// By what a task has been cancelled, and its grace runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    None,
    Timeout,
    Drain,
    Abort,
    /// A worker, by a drain's start or by the end of its owner.
    Ending,
}

/// What a task sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) phase: Phase,
    /// The last owner of its service has gone.
    pub(crate) owner_gone: bool,
    /// Its handle has asked for its end.
    pub(crate) aborted: bool,
    /// Its time, or its grace, is over.
    pub(crate) is_over: bool,
}

impl Seen {
    pub(crate) const NONE: Self = Self { phase: Phase::Open, owner_gone: false, aborted: false, is_over: false };
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// Until something wakes it.
    Wait,
    /// Its context is cancelled, and it is polled again.
    Cancel(Stop, Grace),
    /// Its context is cancelled, and all else is as before: a thread is only waited for, so it hears of a drain as it begins.
    CancelContext,
    /// Its future is dropped.
    Drop(DropReason),
}

/// When a cancelled task is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grace {
    /// It has none, or it begins with the task's first await.
    Unchanged,
    /// From now on, as the task sees the cancellation now, however late that is.
    FromNow,
    /// The same, and no later than one that runs already.
    FromNowAtMost,
    /// Once its own time is over: whom a drain cancels early keeps its time.
    AfterItsTime,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DropReason {
    TimedOut,
    /// By its handle.
    Aborted,
    /// By the drain.
    Drained,
    /// A worker, for the cause that it has been cancelled for.
    Ended,
    OwnerGone,
}

pub(crate) fn decide(task: Life, seen: Seen) -> Step {
    let by_the_drain = if task.stop == Stop::Abort { DropReason::Aborted } else { DropReason::Drained };
    let is_dropped_when_cancelled = !task.has_grace && !task.is_blocking;
    if task.stop == Stop::Ending && (is_dropped_when_cancelled || task.is_between_runs) {
        return Step::Drop(DropReason::Ended);
    }
    // The first abort stands: another that comes while its section goes on changes nothing.
    if seen.aborted && task.stop != Stop::Abort {
        return match (task.has_grace && task.is_shielded, task.stop) {
            (false, _) => Step::Drop(DropReason::Aborted),
            (true, Stop::None) => Step::Cancel(Stop::Abort, Grace::FromNow),
            (true, _) => Step::Cancel(Stop::Abort, Grace::FromNowAtMost),
        };
    }
    if seen.phase == Phase::Dropped {
        return Step::Drop(by_the_drain);
    }
    if task.stop == Stop::None && task.is_worker && (seen.owner_gone || seen.phase != Phase::Open) {
        return match (task.has_grace, task.is_parked) {
            (true, _) => Step::Cancel(Stop::Ending, Grace::FromNow),
            (false, true) => Step::Cancel(Stop::Ending, Grace::Unchanged),
            (false, false) if seen.phase == Phase::Open => Step::Drop(DropReason::OwnerGone),
            (false, false) => Step::Drop(DropReason::Drained),
        };
    }
    if task.stop == Stop::None && task.is_blocking && !task.knows_of_drain && seen.phase == Phase::Closing {
        return Step::CancelContext;
    }
    if task.stop == Stop::None && seen.phase == Phase::Cancelled {
        let grace = if task.has_grace && task.is_parked { Grace::AfterItsTime } else { Grace::Unchanged };
        return Step::Cancel(Stop::Drain, grace);
    }
    if task.stop == Stop::Abort && !task.is_shielded {
        return Step::Drop(DropReason::Aborted);
    }
    if !seen.is_over {
        return Step::Wait;
    }
    match task.stop {
        Stop::Abort => Step::Drop(DropReason::Aborted),
        Stop::Ending => Step::Drop(DropReason::Ended),
        // What the drain cuts short has not timed out, whichever of their two clocks comes first.
        Stop::None if task.has_grace && task.is_cut_by_drain => Step::Cancel(Stop::Drain, Grace::FromNow),
        Stop::None if task.has_grace => Step::Cancel(Stop::Timeout, Grace::FromNow),
        Stop::None | Stop::Drain if task.is_cut_by_drain => Step::Drop(DropReason::Drained),
        Stop::None | Stop::Drain | Stop::Timeout => Step::Drop(DropReason::TimedOut),
    }
}

#[cfg(test)]
mod tests;
