//! What an operator has to look at first.

use std::time::Duration;

use crate::status::{FunctionStatus, LoopStatus, ServiceStatus, Status, TrackerState, TrackerStatus};
use crate::tracker::Outcome;

/// How much it needs attention. What needs more is less, and so stands before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    /// Somebody should look at it.
    Urgent,
    /// Worth knowing.
    Notice,
    /// As it should be.
    Calm,
    /// Has never been in use.
    Unused,
}

/// How it is, in a word or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Standing {
    pub(super) level: Level,
    pub(super) word: &'static str,
}

const fn urgent(word: &'static str) -> Standing {
    Standing { level: Level::Urgent, word }
}

const fn notice(word: &'static str) -> Standing {
    Standing { level: Level::Notice, word }
}

const fn calm(word: &'static str) -> Standing {
    Standing { level: Level::Calm, word }
}

const MINUTE: Duration = Duration::from_secs(60);
/// A task that is cancelled is dropped when it next comes to an await. One that takes longer than this does not come to one.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn of_tracker(tracker: &TrackerStatus, status: &Status) -> Standing {
    match &tracker.state {
        TrackerState::Drained(report) if report.stuck() > 0 => urgent("drained, some are stuck"),
        TrackerState::Drained(report) if !report.is_clean() => urgent("drained, some were cut short"),
        TrackerState::Drained(_) => calm("drained"),
        TrackerState::Draining { .. } => notice("draining"),
        TrackerState::OwnerGone if tracker.live > 0 => notice("owner gone"),
        TrackerState::OwnerGone => calm("owner gone"),
        TrackerState::Open => of_open_tracker(tracker, status),
    }
}

fn of_open_tracker(tracker: &TrackerStatus, status: &Status) -> Standing {
    let its_own = |known: &&LoopStatus| {
        (known.tracker, known.tracker_file, known.tracker_line) == (tracker.name, tracker.file, tracker.line)
    };
    // Loops take their places for good: what only they fill is as it was meant.
    let loops: usize = status.loops.iter().filter(its_own).map(|known| known.live).sum();
    let is_busy = tracker.bound.is_some_and(|bound| tracker.live >= bound) && tracker.live > loops;
    match is_busy {
        true if tracker.queued >= tracker.queue => urgent("full"),
        true => notice("at its bound"),
        false => calm("open"),
    }
}

pub(super) fn of_function(function: &FunctionStatus) -> Standing {
    let counts = &function.counts;
    let overdue = function.timeout.and_then(|timeout| timeout.checked_add(function.grace + PATIENCE));
    if function.oldest.zip(overdue).is_some_and(|(age, overdue)| age > overdue) {
        return urgent("stuck");
    }
    let fails = function.last_minute.is_some_and(|rate| rate.failed > 0);
    match &function.last_failure {
        // By a drain, or by whoever asked for it.
        Some(failure) if failure.ago < MINUTE && failure.outcome == Outcome::Cancelled => notice("cancelled"),
        Some(failure) if failure.ago < MINUTE || fails => urgent("failing"),
        _ if fails => urgent("failing"),
        _ if counts.queued > 0 => calm("waiting"),
        _ if counts.live > 0 || counts.loops > 0 => calm("running"),
        _ if counts.started > 0 || counts.rejected > 0 => calm("idle"),
        _ => Standing { level: Level::Unused, word: "not called" },
    }
}

pub(super) fn of_loop(known: &LoopStatus) -> Standing {
    let last = known.last_run.as_ref();
    let outcome = last.and_then(|last| last.outcome);
    let is_bad = outcome.is_some_and(|outcome| !matches!(outcome, Outcome::Completed | Outcome::Cancelled));
    let runs = last.is_some_and(|last| last.took.is_none() && last.outcome.is_none());
    let is_late = last.zip(known.every).is_some_and(|(last, every)| last.began_ago > every);
    match (known.live, is_bad) {
        (0, true) => urgent("ended badly"),
        (0, false) => calm("ended"),
        (_, true) => urgent("failing"),
        _ if runs && is_late => notice("longer than its period"),
        _ if runs => calm("running"),
        _ => calm("waiting"),
    }
}

pub(super) fn of_service(service: &ServiceStatus) -> Standing {
    if service.owners == 0 { notice("owner gone") } else { calm("owned") }
}
