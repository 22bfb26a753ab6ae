//! Decides which rows need an operator's attention first.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::status::{FunctionStatus, LoopStatus, QueueStatus, ServiceStatus, Status, TrackerState, TrackerStatus};
use crate::tracker::Outcome;

/// How much a row needs attention. More urgent levels are smaller, so that they sort first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Level {
    /// An operator should look at it.
    Urgent,
    /// Worth knowing.
    Notice,
    /// It is healthy.
    Calm,
    /// It was never used.
    Unused,
}

/// The health of a row: its level, and a word or two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Health {
    pub(super) level: Level,
    pub(super) word: &'static str,
}

const fn urgent(word: &'static str) -> Health {
    Health { level: Level::Urgent, word }
}

const fn notice(word: &'static str) -> Health {
    Health { level: Level::Notice, word }
}

const fn calm(word: &'static str) -> Health {
    Health { level: Level::Calm, word }
}

const MINUTE: Duration = Duration::from_secs(60);
/// A cancelled task is dropped at its next await. A task that takes longer than this does not reach one.
const STUCK_AFTER: Duration = Duration::from_secs(1);

/// How many places loops hold in each tracker. A tracker that only loops fill is healthy.
pub(super) struct Loops<'a>(BTreeMap<(&'a str, &'a str, u32), usize>);

impl<'a> Loops<'a> {
    pub(super) fn of(status: &'a Status) -> Self {
        let mut places = BTreeMap::new();
        for known in &status.loops {
            *places.entry((known.tracker, known.tracker_file, known.tracker_line)).or_default() += known.live;
        }
        Self(places)
    }
}

pub(super) fn of_tracker(tracker: &TrackerStatus, loops: &Loops<'_>) -> Health {
    match &tracker.state {
        TrackerState::Drained(report) if report.stuck() > 0 => urgent("drained, some are stuck"),
        TrackerState::Drained(report) if !report.is_clean() => urgent("drained, some were cut short"),
        TrackerState::Drained(_) => calm("drained"),
        TrackerState::Draining { .. } => notice("draining"),
        TrackerState::OwnerGone if tracker.live > 0 => notice("owner gone"),
        TrackerState::OwnerGone => calm("owner gone"),
        TrackerState::Open => of_open_tracker(tracker, loops),
    }
}

fn of_open_tracker(tracker: &TrackerStatus, loops: &Loops<'_>) -> Health {
    let loops = loops.0.get(&(tracker.name, tracker.file, tracker.line)).copied().unwrap_or_default();
    let is_busy = tracker.bound.is_some_and(|bound| tracker.live >= bound) && tracker.live > loops;
    match is_busy {
        true if tracker.queued >= tracker.queue => urgent("full"),
        true => notice("at its bound"),
        false => calm("open"),
    }
}

pub(super) fn of_function(function: &FunctionStatus) -> Health {
    let counts = &function.counts;
    let overdue = function.timeout.and_then(|timeout| timeout.checked_add(function.grace + STUCK_AFTER));
    // A loop may have any age.
    if counts.loops == 0 && function.oldest.zip(overdue).is_some_and(|(age, overdue)| age > overdue) {
        return urgent("stuck");
    }
    let fails = function.last_minute.is_some_and(|rate| rate.failed > 0);
    match &function.last_failure {
        // A drain or an abort ended it.
        Some(failure) if failure.ago < MINUTE && failure.outcome == Outcome::Cancelled => notice("aborted"),
        Some(failure) if failure.ago < MINUTE || fails => urgent("failing"),
        _ if fails => urgent("failing"),
        _ if counts.queued > 0 => calm("waiting"),
        _ if counts.live > 0 || counts.loops > 0 => calm("running"),
        _ if counts.started > 0 || counts.rejected > 0 => calm("idle"),
        _ => Health { level: Level::Unused, word: "not called" },
    }
}

pub(super) fn of_loop(known: &LoopStatus) -> Health {
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

pub(super) fn of_queue(queue: &QueueStatus) -> Health {
    match queue {
        QueueStatus { failure: Some(_), .. } => urgent("its store does not answer"),
        QueueStatus { seen: None, .. } => notice("not yet seen"),
        QueueStatus { set_aside: 1.., .. } => urgent("jobs set aside"),
        QueueStatus { killed: 1.., .. } => notice("attempts used up"),
        QueueStatus { retrying: 1.., .. } => notice("retrying"),
        QueueStatus { running: 0, ready: 0, .. } => calm("nothing to run"),
        _ => calm("running"),
    }
}

pub(super) fn of_service(service: &ServiceStatus) -> Health {
    if service.owners == 0 { notice("owner gone") } else { calm("owned") }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Level, of_function, of_loop};
    use crate::status::{Failure, FunctionStatus, LoopRun, LoopStatus};
    use crate::tracker::{Counts, Outcome, Refusals};

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn function(counts: Counts, oldest: Option<Duration>, failed: Option<(Outcome, u64)>) -> (Level, &'static str) {
        let health = of_function(&FunctionStatus {
            name: "write",
            file: "src/write.rs",
            line: 1,
            tracker: None,
            tracker_file: None,
            tracker_line: None,
            timeout: Some(secs(5)),
            grace: secs(2),
            counts,
            refused: Refusals::default(),
            oldest,
            last_failure: failed.map(|(outcome, ago)| Failure {
                outcome,
                cause: String::new(),
                at: SystemTime::now(),
                ago: secs(ago),
            }),
            last_minute: None,
        });
        (health.level, health.word)
    }

    #[test]
    fn a_function_needs_attention_for_a_minute_after_a_failure_and_while_a_task_is_stuck() {
        let (none, live) = (Counts::default(), Counts { started: 1, live: 1, ..Counts::default() });
        let idle = Counts { started: 1, failed: 1, ..Counts::default() };
        assert_eq!(function(none, None, None), (Level::Unused, "not called"));
        assert_eq!(function(live, Some(secs(7)), None), (Level::Calm, "running"));
        assert_eq!(function(Counts { queued: 1, ..live }, Some(secs(7)), None), (Level::Calm, "waiting"));
        assert_eq!(function(live, Some(secs(9)), None), (Level::Urgent, "stuck"));
        assert_eq!(function(Counts { loops: 1, ..live }, Some(secs(900)), None), (Level::Calm, "running"));
        assert_eq!(function(idle, None, Some((Outcome::Failed, 59))), (Level::Urgent, "failing"));
        assert_eq!(function(idle, None, Some((Outcome::Cancelled, 59))), (Level::Notice, "aborted"));
        assert_eq!(function(idle, None, Some((Outcome::Failed, 60))), (Level::Calm, "idle"));
    }

    #[test]
    fn a_loop_needs_attention_while_its_last_run_was_bad() {
        let looping = |live, outcome: Option<Outcome>, began_ago| {
            let took = outcome.map(|_| secs(1));
            let last_run = Some(LoopRun { began_at: SystemTime::now(), began_ago: secs(began_ago), took, outcome });
            let health = of_loop(&LoopStatus {
                name: "refresh",
                file: "src/refresh.rs",
                line: 1,
                tracker: "loops",
                tracker_file: "src/refresh.rs",
                tracker_line: 2,
                live,
                every: Some(secs(30)),
                last_run,
                next_run: None,
            });
            (health.level, health.word)
        };
        assert_eq!(looping(1, None, 29), (Level::Calm, "running"));
        assert_eq!(looping(1, None, 31), (Level::Notice, "longer than its period"));
        assert_eq!(looping(1, Some(Outcome::Completed), 31), (Level::Calm, "waiting"));
        assert_eq!(looping(1, Some(Outcome::TimedOut), 5), (Level::Urgent, "failing"));
        assert_eq!(looping(0, Some(Outcome::Panicked), 5), (Level::Urgent, "ended badly"));
        assert_eq!(looping(0, Some(Outcome::Cancelled), 5), (Level::Calm, "ended"));
    }
}
