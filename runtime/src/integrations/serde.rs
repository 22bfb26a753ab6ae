//! The serialisation of the status and the reports. Durations are in seconds. Moments are in seconds since 1970, and their
//! names say so.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::context::OpenRequest;
use crate::shutdown::{DeadWorker, EndedBefore, ServerReport, ShutdownReport};
use crate::status::{
    Failure, FunctionStatus, LoopRun, LoopStatus, QueueStatus, Rate, ServiceStatus, Status, TrackerKind, TrackerState,
    TrackerStatus,
};
use crate::tracker::{Counts, DrainReport, Fate, Outcome, Refusals, Straggler, Suppressed, TaskSite};

/// Serialises a type as a map of these fields, in their order.
macro_rules! serialize {
    ($($name:ident: $type:ty => { $($key:literal: $value:expr),* $(,)? })*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $name = self;
                let mut map = serializer.serialize_map(None)?;
                $(map.serialize_entry($key, &$value)?;)*
                map.end()
            }
        }
    )*};
}

/// Serialises a type as its name.
macro_rules! serialize_as_str {
    ($($type:ty: $name:expr),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let name: fn(&Self) -> &'static str = $name;
                serializer.serialize_str(name(self))
            }
        }
    )*};
}

serialize_as_str! {
    TrackerKind: |kind| kind.as_str(),
    Outcome: |outcome| outcome.as_str(),
    Fate: |fate| match fate {
        Fate::Cancelled => "cancelled",
        Fate::Aborted => "aborted",
        Fate::NeverStarted => "never_started",
        Fate::Stuck => "stuck",
        Fate::Running => "running",
    }
}

serialize! {
    status: Status => {
        "at_unix_seconds": unix(status.at),
        "trackers": status.trackers,
        "functions": status.functions,
        "loops": status.loops,
        "services": status.services,
        "queues": status.queues,
    }
    tracker: TrackerStatus => {
        "name": tracker.name,
        "file": tracker.file,
        "line": tracker.line,
        "kind": tracker.kind,
        "bound": tracker.bound,
        "live": tracker.live,
        "queue": tracker.queue,
        "queued": tracker.queued,
        "acquiring": tracker.acquiring,
        "state": tracker.state.as_str(),
        "draining": draining(&tracker.state),
        "report": tracker.state.report(),
        "oldest_seconds": tracker.oldest.map(seconds),
    }
    draining: Draining => {
        "elapsed_seconds": seconds(draining.elapsed),
        "budget_seconds": seconds(draining.budget),
    }
    function: FunctionStatus => {
        "name": function.name,
        "file": function.file,
        "line": function.line,
        "tracker": function.tracker,
        "tracker_file": function.tracker_file,
        "tracker_line": function.tracker_line,
        "timeout_seconds": function.timeout.map(seconds),
        "grace_seconds": seconds(function.grace),
        "counts": function.counts,
        "refused": function.refused,
        "oldest_seconds": function.oldest.map(seconds),
        "last_failure": function.last_failure,
        "last_minute": function.last_minute,
    }
    counts: Counts => {
        "started": counts.started,
        "completed": counts.completed,
        "failed": counts.failed,
        "timed_out": counts.timed_out,
        "panicked": counts.panicked,
        "cancelled": counts.cancelled,
        "lost": counts.lost,
        "rejected": counts.rejected,
        "queued": counts.queued,
        "live": counts.live,
        "loops": counts.loops,
        "retries": counts.retries,
    }
    refused: Refusals => {
        "full": refused.full,
        "draining": refused.draining,
        "owner_gone": refused.owner_gone,
        "already_started": refused.already_started,
        "no_runtime": refused.no_runtime,
        "zero_period": refused.zero_period,
        "never_started": refused.never_started,
    }
    failure: Failure => {
        "outcome": failure.outcome,
        "cause": failure.cause,
        "at_unix_seconds": unix(failure.at),
        "ago_seconds": seconds(failure.ago),
    }
    rate: Rate => {
        "over_seconds": seconds(rate.over),
        "started": rate.started,
        "failed": rate.failed,
        "started_per_second": rate.started_per_second(),
        "failed_per_second": rate.failed_per_second(),
    }
    run: LoopRun => {
        "began_at_unix_seconds": unix(run.began_at),
        "began_ago_seconds": seconds(run.began_ago),
        "took_seconds": run.took.map(seconds),
        "outcome": run.outcome,
    }
    known: LoopStatus => {
        "name": known.name,
        "file": known.file,
        "line": known.line,
        "tracker": known.tracker,
        "tracker_file": known.tracker_file,
        "tracker_line": known.tracker_line,
        "live": known.live,
        "every_seconds": known.every.map(seconds),
        "last_run": known.last_run,
        "next_run_in_seconds": known.next_run.map(seconds),
    }
    service: ServiceStatus => {
        "name": service.name,
        "file": service.file,
        "line": service.line,
        "owners": service.owners,
    }
    queue: QueueStatus => {
        "name": queue.name,
        "store": queue.store,
        "ready": queue.ready,
        "delayed": queue.delayed,
        "running": queue.running,
        "retrying": queue.retrying,
        "set_aside": queue.set_aside,
        "killed": queue.killed,
        "oldest_seconds": queue.oldest.map(seconds),
        "seen_at_unix_seconds": queue.seen.map(unix),
        "failure": queue.failure,
    }
    report: DrainReport => {
        "tracker": report.tracker(),
        "file": report.file(),
        "line": report.line(),
        "took_seconds": seconds(report.took()),
        "finished": report.finished(),
        "failed": report.failings().failed,
        "timed_out": report.failings().timed_out,
        "panicked": report.failings().panicked,
        "dropped": report.dropped(),
        "cancelled": report.cancelled(),
        "aborted": report.aborted(),
        "never_started": report.never_started(),
        "stuck": report.stuck(),
        "refused": report.refused(),
        "is_clean": report.is_clean(),
        "stragglers": report.stragglers(),
        "suppressed": report.unreported(),
    }
    suppressed: Suppressed => {
        "name": suppressed.site.name(),
        "file": suppressed.site.file(),
        "line": suppressed.site.line(),
        "kind": suppressed.kind.as_str(),
        "count": suppressed.count,
    }
    straggler: Straggler => {
        "name": straggler.site().name(),
        "file": straggler.site().file(),
        "line": straggler.site().line(),
        "fate": straggler.fate(),
        "age_seconds": seconds(straggler.age()),
    }
    report: ShutdownReport => {
        "is_clean": report.is_clean(),
        "is_interrupted": report.is_interrupted(),
        "code": report.code(),
        "cause": report.began().to_string(),
        "still_serving_seconds": report.still_serving().map(seconds),
        "essential": report.essential().map(|(site, outcome)| Essential { site, outcome }).collect::<Vec<_>>(),
        "died": report.died(),
        "servers": report.servers(),
        "open_requests": report.open_requests(),
        "blocked_workers": report.blocked_workers(),
        "ended_before_drains": report.before(),
        "phases": report.phases().map(|(name, drains)| Phase { name, drains }).collect::<Vec<_>>(),
        "notes": report.notes().map(|(phase, text)| Noted { phase, text }).collect::<Vec<_>>(),
        "failures": report.failures().map(|(phase, reason)| Gone { phase, reason }).collect::<Vec<_>>(),
        "unphased": report.unphased(),
    }
    before: EndedBefore => {
        "ended": before.ended,
        "failed": before.failings.failed,
        "timed_out": before.failings.timed_out,
        "panicked": before.failings.panicked,
    }
    phase: Phase<'_> => { "name": phase.name, "drains": phase.drains }
    essential: Essential => {
        "name": essential.site.name(),
        "file": essential.site.file(),
        "line": essential.site.line(),
        "outcome": essential.outcome,
    }
    dead: DeadWorker => {
        "name": dead.site().name(),
        "file": dead.site().file(),
        "line": dead.site().line(),
        "outcome": dead.outcome(),
        "cause": dead.cause(),
        "at_unix_seconds": unix(dead.at()),
        "ago_seconds": seconds(dead.ago()),
    }
    server: ServerReport => {
        "name": server.name(),
        "is_clean": server.is_clean(),
        "is_cut_short": server.is_cut_short(),
        "failure": server.failure(),
        "took_seconds": seconds(server.took()),
        "budget_seconds": seconds(server.budget()),
    }
    request: OpenRequest => {
        "line": request.line(),
        "labels": request.labels(),
        "age_seconds": seconds(request.age()),
    }
    note: Noted<'_> => { "phase": note.phase, "text": note.text }
    gone: Gone<'_> => { "phase": gone.phase, "reason": gone.reason }
}

struct Draining {
    elapsed: Duration,
    budget: Duration,
}

/// An essential task that has ended.
struct Essential {
    site: &'static TaskSite,
    outcome: Outcome,
}

struct Phase<'a> {
    name: &'a str,
    drains: &'a [DrainReport],
}

/// A note of a phase.
struct Noted<'a> {
    phase: &'a str,
    text: &'a str,
}

/// A shutdown of a service without a report.
struct Gone<'a> {
    phase: &'a str,
    reason: &'a str,
}

fn draining(state: &TrackerState) -> Option<Draining> {
    match *state {
        TrackerState::Draining { elapsed, budget } => Some(Draining { elapsed, budget }),
        _ => None,
    }
}

fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

fn unix(at: SystemTime) -> f64 {
    match at.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_secs_f64(),
        Err(before) => -before.duration().as_secs_f64(),
    }
}
