//! The table of metrics, with their names, helps and kinds.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::labels::{TASKS, TRACKERS};
use crate::status::{FunctionStatus, LoopStatus, QueueStatus, ServiceStatus, Status, TrackerState, TrackerStatus};
use crate::tracker::Outcome;
use crate::util::sync::lock;
use crate::util::text::{NAME, shown};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::integrations) enum Kind {
    /// A gauge that is always 1, with the information in its labels. Its name ends with `_info`.
    Info,
    Gauge,
    /// Its name ends with `_total`.
    Counter,
}

struct Metric {
    name: &'static str,
    help: &'static str,
    kind: Kind,
    read: Read,
}

enum Read {
    Function(fn(&FunctionStatus, &mut Series<'_>)),
    Tracker(fn(&TrackerStatus, &mut Series<'_>)),
    Loop(fn(&LoopStatus, &mut Series<'_>)),
    Service(fn(&ServiceStatus, &mut Series<'_>)),
    Queue(fn(&QueueStatus, &mut Series<'_>)),
}

/// A metric's series at one moment.
pub(in crate::integrations) struct Family {
    pub(in crate::integrations) name: &'static str,
    pub(in crate::integrations) help: &'static str,
    pub(in crate::integrations) kind: Kind,
    pub(in crate::integrations) series: BTreeMap<Labels, f64>,
}

/// The labels, in their order.
pub(in crate::integrations) type Labels = Vec<(&'static str, String)>;

/// Collects the values of one function, tracker or loop.
struct Series<'a> {
    labels: Labels,
    at: SystemTime,
    all: &'a mut BTreeMap<Labels, f64>,
}

impl Series<'_> {
    fn entry(&mut self, more: &[(&'static str, &str)]) -> (bool, &mut f64) {
        let more = more.iter().map(|(name, value)| (*name, (*value).to_owned()));
        let labels: Labels = self.labels.iter().cloned().chain(more).collect();
        let is_new = !self.all.contains_key(&labels);
        (is_new, self.all.entry(labels).or_default())
    }

    /// Adds a value. Trackers with the same name and place share a series.
    fn add(&mut self, more: &[(&'static str, &str)], value: f64) {
        *self.entry(more).1 += value;
    }

    /// Keeps the largest value.
    fn largest(&mut self, more: &[(&'static str, &str)], value: f64) {
        let (is_new, entry) = self.entry(more);
        *entry = if is_new { value } else { entry.max(value) };
    }

    fn count(&mut self, value: usize) {
        self.add(&[], float(value as u64));
    }

    /// Adds the age of the oldest.
    fn age(&mut self, age: Option<Duration>) {
        self.largest(&[], age.unwrap_or_default().as_secs_f64());
    }

    fn moment(&mut self, at: SystemTime) {
        let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
        self.largest(&[], since.as_secs_f64());
    }
}

#[allow(clippy::cast_precision_loss, reason = "within 2^53 it is exact, and a sample is a float")]
fn float(count: u64) -> f64 {
    count as f64
}

const STATES: [&str; 4] = ["open", "owner_gone", "draining", "drained"];

const METRICS: &[Metric] = &[
    Metric {
        name: "outlive_task_info",
        help: "Where an annotated function is in the source.",
        kind: Kind::Info,
        read: Read::Function(|function, out| {
            out.largest(&[("file", function.file), ("line", &function.line.to_string())], 1.0);
        }),
    },
    Metric {
        name: "outlive_tasks_live",
        help: "Tasks that are there now: those that run, and loops between two runs.",
        kind: Kind::Gauge,
        read: Read::Function(|function, out| {
            out.add(&[], float(function.counts.live.max(function.counts.loops)));
        }),
    },
    Metric {
        name: "outlive_tasks_queued",
        help: "Calls that wait for their turn.",
        kind: Kind::Gauge,
        read: Read::Function(|function, out| out.add(&[], float(function.counts.queued))),
    },
    Metric {
        name: "outlive_tasks_started_total",
        help: "Calls, and runs of loops, that got their turn.",
        kind: Kind::Counter,
        read: Read::Function(|function, out| out.add(&[], float(function.counts.started))),
    },
    Metric {
        name: "outlive_tasks_ended_total",
        help: "Tasks that have ended, by how they did.",
        kind: Kind::Counter,
        read: Read::Function(|function, out| {
            let counts = function.counts;
            for (outcome, count) in [
                (Outcome::Completed, counts.completed),
                (Outcome::Failed, counts.failed),
                (Outcome::TimedOut, counts.timed_out),
                (Outcome::Panicked, counts.panicked),
                (Outcome::Cancelled, counts.cancelled),
                (Outcome::Lost, counts.lost),
            ] {
                out.add(&[("outcome", outcome.as_str())], float(count));
            }
        }),
    },
    Metric {
        name: "outlive_task_retries_total",
        help: "Attempts of calls beyond the first, where a function has `retry`.",
        kind: Kind::Counter,
        read: Read::Function(|function, out| out.add(&[], float(function.counts.retries))),
    },
    Metric {
        name: "outlive_calls_refused_total",
        help: "Calls that never ran, by why.",
        kind: Kind::Counter,
        read: Read::Function(|function, out| {
            let refused = function.refused;
            for (reason, count) in [
                ("full", refused.full),
                ("draining", refused.draining),
                ("owner_gone", refused.owner_gone),
                ("already_started", refused.already_started),
                ("no_runtime", refused.no_runtime),
                ("zero_period", refused.zero_period),
                ("never_started", refused.never_started),
            ] {
                out.add(&[("reason", reason)], float(count));
            }
        }),
    },
    Metric {
        name: "outlive_task_oldest_age_seconds",
        help: "How long the oldest task of a function has been running, from its first await. 0 where there is none.",
        kind: Kind::Gauge,
        read: Read::Function(|function, out| out.age(function.oldest)),
    },
    Metric {
        name: "outlive_task_last_failure_timestamp_seconds",
        help: "When a task of a function last ended otherwise than well, in seconds since 1970.",
        kind: Kind::Gauge,
        read: Read::Function(|function, out| {
            if let Some(failure) = &function.last_failure {
                out.moment(failure.at);
            }
        }),
    },
    Metric {
        name: "outlive_tracker_info",
        help: "Where a tracker is made in the source, and who keeps it.",
        kind: Kind::Info,
        read: Read::Tracker(|tracker, out| {
            let line = tracker.line.to_string();
            out.largest(&[("file", tracker.file), ("line", &line), ("kind", tracker.kind.as_str())], 1.0);
        }),
    },
    Metric {
        name: "outlive_tracker_bound",
        help: "How many tasks of a tracker may run at once. Not there where it is unbounded.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| {
            if let Some(bound) = tracker.bound {
                out.count(bound);
            }
        }),
    },
    Metric {
        name: "outlive_tracker_live",
        help: "How many places of a tracker are taken.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| out.count(tracker.live)),
    },
    Metric {
        name: "outlive_tracker_queue_size",
        help: "How many calls may wait in the queue of a tracker.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| out.count(tracker.queue)),
    },
    Metric {
        name: "outlive_tracker_queued",
        help: "How many calls wait in the queue of a tracker.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| out.count(tracker.queued)),
    },
    Metric {
        name: "outlive_tracker_acquiring",
        help: "How many callers wait to be admitted by a tracker.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| out.count(tracker.acquiring)),
    },
    Metric {
        name: "outlive_tracker_state",
        help: "How many trackers of this name are in this state.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| {
            for state in STATES {
                out.add(&[("state", state)], if state == tracker.state.as_str() { 1.0 } else { 0.0 });
            }
        }),
    },
    Metric {
        name: "outlive_tracker_oldest_age_seconds",
        help: "How long the oldest task of a tracker has been running, from its first await. 0 where there is none.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| out.age(tracker.oldest)),
    },
    Metric {
        name: "outlive_tracker_drain_seconds",
        help: "How long the drain of a tracker took, or has taken so far.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| match &tracker.state {
            TrackerState::Draining { elapsed, .. } => out.largest(&[], elapsed.as_secs_f64()),
            TrackerState::Drained(report) => out.largest(&[], report.took().as_secs_f64()),
            TrackerState::Open | TrackerState::OwnerGone => {}
        }),
    },
    Metric {
        name: "outlive_tracker_drained_tasks",
        help: "What a drain that has ended found, by what became of the tasks.",
        kind: Kind::Gauge,
        read: Read::Tracker(|tracker, out| {
            let Some(report) = tracker.state.report() else { return };
            for (fate, count) in [
                ("finished", report.finished()),
                ("cancelled", report.cancelled()),
                ("aborted", report.aborted()),
                ("never_started", report.never_started()),
                ("stuck", report.stuck()),
            ] {
                out.add(&[("fate", fate)], float(count as u64));
            }
        }),
    },
    Metric {
        name: "outlive_loop_live",
        help: "How many loops, or workers, of a function are there. 0 where the last one has ended.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| out.count(known.live)),
    },
    Metric {
        name: "outlive_loop_period_seconds",
        help: "From the start of one run of a periodic loop to the next.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| {
            if let Some(every) = known.every {
                out.largest(&[], every.as_secs_f64());
            }
        }),
    },
    Metric {
        name: "outlive_loop_last_run_timestamp_seconds",
        help: "When the last run of a loop began, in seconds since 1970.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| {
            if let Some(run) = &known.last_run {
                out.moment(run.began_at);
            }
        }),
    },
    Metric {
        name: "outlive_loop_last_run_seconds",
        help: "How long the last run of a loop took, or has taken so far.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| {
            if let Some(run) = &known.last_run {
                out.largest(&[], run.took.unwrap_or(run.began_ago).as_secs_f64());
            }
        }),
    },
    Metric {
        name: "outlive_loop_last_run_outcome",
        help: "1 for how the last run of a loop ended, and 0 for the others. All are 0 while it runs.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| {
            let Some(run) = &known.last_run else { return };
            for outcome in [
                Outcome::Completed,
                Outcome::Failed,
                Outcome::TimedOut,
                Outcome::Panicked,
                Outcome::Cancelled,
                Outcome::Lost,
            ] {
                out.largest(&[("outcome", outcome.as_str())], if run.outcome == Some(outcome) { 1.0 } else { 0.0 });
            }
        }),
    },
    Metric {
        name: "outlive_loop_next_run_timestamp_seconds",
        help: "When the next run of a loop is to begin, in seconds since 1970. Not there where that is not known.",
        kind: Kind::Gauge,
        read: Read::Loop(|known, out| {
            if let Some(next) = known.next_run.and_then(|next| out.at.checked_add(next)) {
                out.moment(next);
            }
        }),
    },
    Metric {
        name: "outlive_service_owners",
        help: "How many own a service: it, and its clones.",
        kind: Kind::Gauge,
        read: Read::Service(|service, out| out.count(service.owners)),
    },
    Metric {
        name: "outlive_queue_jobs",
        help: "Jobs of a durable queue, by what they wait for, as a worker of this process last saw them.",
        kind: Kind::Gauge,
        read: Read::Queue(|queue, out| {
            for (state, count) in [
                ("ready", queue.ready),
                ("delayed", queue.delayed),
                ("running", queue.running),
                ("set_aside", queue.set_aside),
                ("killed", queue.killed),
            ] {
                out.largest(&[("state", state)], float(count));
            }
        }),
    },
    Metric {
        name: "outlive_queue_oldest_seconds",
        help: "For how long the oldest job of a durable queue could have run. 0 where none may run now.",
        kind: Kind::Gauge,
        read: Read::Queue(|queue, out| out.age(queue.oldest)),
    },
    Metric {
        name: "outlive_queue_seen_timestamp_seconds",
        help: "When the store of a durable queue last answered a worker of this process, in seconds since 1970.",
        kind: Kind::Gauge,
        read: Read::Queue(|queue, out| {
            if let Some(seen) = queue.seen {
                out.moment(seen);
            }
        }),
    },
];

/// Every metric, with its series.
pub(in crate::integrations) fn families(status: &Status) -> Vec<Family> {
    let tasks = {
        let mut names = lock(&TASKS);
        names.learn(status.functions.iter().map(|function| (function.name, function.file, function.line)));
        let function = |function: &FunctionStatus| names.of((function.name, function.file, function.line));
        let looping = |known: &LoopStatus| names.of((known.name, known.file, known.line));
        let functions: Vec<String> = status.functions.iter().map(function).collect();
        (functions, status.loops.iter().map(looping).collect::<Vec<String>>())
    };
    let mut names = lock(&TRACKERS);
    names.learn(status.trackers.iter().map(|tracker| (tracker.name, tracker.file, tracker.line)));
    let tracker = |name, file, line| ("tracker", names.of((name, file, line)));
    let of_function = |function: &FunctionStatus| {
        let place = function.tracker.zip(function.tracker_file).zip(function.tracker_line);
        place.map_or(("tracker", String::new()), |((name, file), line)| tracker(name, file, line))
    };
    let families = METRICS.iter().map(|metric| {
        let mut all = BTreeMap::new();
        let mut series = |labels: Labels, read: &dyn Fn(&mut Series<'_>)| {
            read(&mut Series { labels, at: status.at, all: &mut all });
        };
        match metric.read {
            Read::Function(read) => {
                for (function, task) in status.functions.iter().zip(&tasks.0) {
                    series(vec![("task", task.clone()), of_function(function)], &|out| read(function, out));
                }
            }
            Read::Tracker(read) => {
                for known in &status.trackers {
                    series(vec![tracker(known.name, known.file, known.line)], &|out| read(known, out));
                }
            }
            Read::Loop(read) => {
                for (known, task) in status.loops.iter().zip(&tasks.1) {
                    let tracker = tracker(known.tracker, known.tracker_file, known.tracker_line);
                    series(vec![("task", task.clone()), tracker], &|out| read(known, out));
                }
            }
            Read::Service(read) => {
                for service in &status.services {
                    series(vec![tracker(service.name, service.file, service.line)], &|out| read(service, out));
                }
            }
            Read::Queue(read) => {
                for queue in &status.queues {
                    series(vec![("queue", shown(&queue.name, NAME))], &|out| read(queue, out));
                }
            }
        }
        Family { name: metric.name, help: metric.help, kind: metric.kind, series: all }
    });
    families.collect()
}
