//! The next step of a task: a pure function of its state and its signals. No clock, no lock, no waker.
//!
//! The rules are in the order of their priority: an end that was decided before; an abort by the handle; a drain that drops
//! the tasks; the first signal to stop; and last the task's own timeout.

use crate::admission::Phase;

/// The state of a task.
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Life {
    /// It has been pending.
    pub(crate) is_parked: bool,
    pub(crate) stop: Stop,
    pub(crate) has_grace: bool,
    /// It is in a shielded section, which only the end of the grace cuts short.
    pub(crate) is_shielded: bool,
    /// It is a worker: it has no timeout, and ends when it is cancelled.
    pub(crate) is_worker: bool,
    /// It waits for its next run: dropping it loses nothing.
    pub(crate) is_between_runs: bool,
    /// Its deadline is the end of a drain.
    pub(crate) is_cut_by_drain: bool,
    /// A thread does its work, and cannot be stopped.
    pub(crate) is_blocking: bool,
    /// Its context was cancelled because a drain has begun.
    pub(crate) knows_of_drain: bool,
}

/// What cancelled a task, while its grace runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stop {
    None,
    Timeout,
    Drain,
    Abort,
    /// A worker, by the start of a drain or the drop of the last owner.
    Ending,
}

/// The signals of a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    pub(crate) phase: Phase,
    /// The last owner of its service was dropped.
    pub(crate) owner_gone: bool,
    /// Its handle has aborted it.
    pub(crate) aborted: bool,
    /// Its timeout, or its grace, is over.
    pub(crate) is_over: bool,
}

impl Seen {
    pub(crate) const NONE: Self = Self { phase: Phase::Open, owner_gone: false, aborted: false, is_over: false };
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    /// It waits until it is woken.
    Wait,
    /// Its context is cancelled, and it is polled again.
    Cancel(Stop, Grace),
    /// Only its context is cancelled: a blocking thread cannot be dropped, so its context is cancelled when the drain
    /// begins.
    CancelContext,
    /// Its future is dropped.
    Drop(DropReason),
}

/// When a cancelled task is dropped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Grace {
    /// The task has no grace, or the grace begins at its first await.
    Unchanged,
    /// It begins now, when the task sees the cancellation, even if that is late.
    FromNow,
    /// It begins now, but ends no later than a grace that runs already.
    FromNowAtMost,
    /// It begins at the task's own timeout: a task that a drain cancels early keeps its time.
    AfterItsTime,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DropReason {
    TimedOut,
    /// By its handle.
    Aborted,
    /// By the drain.
    Drained,
    /// A worker, for the cause of its cancellation.
    Ended,
    OwnerGone,
}

pub(crate) fn decide(task: Life, seen: Seen) -> Step {
    let by_the_drain = if task.stop == Stop::Abort { DropReason::Aborted } else { DropReason::Drained };
    let is_dropped_when_cancelled = !task.has_grace && !task.is_blocking;
    if task.stop == Stop::Ending && (is_dropped_when_cancelled || task.is_between_runs) {
        return Step::Drop(DropReason::Ended);
    }
    // The first abort counts: another one during its section changes nothing.
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
        // A task that the drain cuts short has not timed out, even if its deadline is seen first.
        Stop::None if task.has_grace && task.is_cut_by_drain => Step::Cancel(Stop::Drain, Grace::FromNow),
        Stop::None if task.has_grace => Step::Cancel(Stop::Timeout, Grace::FromNow),
        Stop::None | Stop::Drain if task.is_cut_by_drain => Step::Drop(DropReason::Drained),
        Stop::None | Stop::Drain | Stop::Timeout => Step::Drop(DropReason::TimedOut),
    }
}

#[cfg(test)]
mod tests;
