//! Gathers the status.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::queues::queues;
use super::samples;
use super::{
    Failure, FunctionStatus, LoopRun, LoopStatus, ServiceStatus, Status, TrackerKind, TrackerState, TrackerStatus,
};
use crate::admission::Occupancy;
use crate::owner;
use crate::tracker::{
    Counts, LastFailure, LoopRecord, StaticTracker, TaskSite, TrackerCore, TrackerRef, called, sites,
};

/// Returns the status of each tracker, annotated function, loop and service, without waiting.
///
/// A static tracker that an annotated function names is listed from the start; any other tracker from its first call until
/// it is dropped; a service's tracker as long as the service exists. In an isolated test, only the test's own trackers and
/// counters are listed.
///
/// It takes each tracker's lock for a moment, and waits for nothing else, not even during a drain. It adds no cost to
/// detached calls. A call of it takes a few microseconds, and some nanoseconds for each queued task, loop and `blocking`
/// task. Call it once a second, or when metrics are scraped.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// static MAIL: Tracker = Tracker::bounded("mail", 8);
///
/// #[detached(timeout = "5s", track = MAIL)]
/// async fn send_mail(to: String) {
///     // … the mail server …
///     # let _ = to;
/// }
///
/// let status = outlive::status();
/// for tracker in &status.trackers {
///     println!("{} ({}:{}): {} of {:?} run, {} wait", tracker.name, tracker.file, tracker.line, tracker.live, tracker.bound, tracker.queued);
/// }
/// # assert!(status.trackers.iter().any(|tracker| tracker.name == "mail"));
/// ```
///
/// # Panics
///
/// On a thread that is ending, as tokio's clock may be gone there.
#[must_use]
pub fn status() -> Status {
    let (at, now) = (SystemTime::now(), Instant::now());
    let mut oldest = Oldest::default();
    let (mut trackers, mut loops, mut services) = (Vec::new(), Vec::new(), Vec::new());
    for (tracker, kind) in all_trackers() {
        let core = tracker.core();
        let place = core.place();
        trackers.push(tracker_status(core, kind, now, &mut oldest));
        loops.extend(core.loop_records().map(|record| loop_status(record, core, now)));
        services.extend(tracker.owners().map(|owners| ServiceStatus {
            name: core.name(),
            file: place.file(),
            line: place.line(),
            owners,
        }));
    }
    let counted: Vec<(&'static TaskSite, Counts)> = sites().map(|site| (site, site.counts())).collect();
    let rates = samples::rates(&counted, now);
    let function = |((site, counts), rate): (&(&'static TaskSite, Counts), _)| FunctionStatus {
        name: site.name(),
        file: site.file(),
        line: site.line(),
        tracker: tracker_of(site).map(TrackerCore::name),
        tracker_file: tracker_of(site).map(|core| core.place().file()),
        tracker_line: tracker_of(site).map(|core| core.place().line()),
        timeout: (!site.is_worker()).then(|| site.timeout()),
        grace: site.grace(),
        counts: *counts,
        refused: site.refusals(),
        oldest: oldest.of(site).map(|since| now.saturating_duration_since(since)),
        last_failure: site.last_failure().map(|failure| failed(failure, now)),
        last_minute: rate,
    };
    let mut functions: Vec<_> = counted.iter().zip(rates).map(function).collect();
    trackers.sort_by_key(|tracker| (tracker.name, tracker.file, tracker.line));
    functions.sort_by_key(|function| (function.name, function.file, function.line));
    loops.sort_by_key(|known| {
        (known.name, known.file, known.line, known.tracker, known.tracker_file, known.tracker_line)
    });
    services.sort_by_key(|service| (service.name, service.file, service.line));
    Status { at, trackers, functions, loops, services, queues: queues() }
}

/// The function's tracker, if it is a static.
fn tracker_of(site: &'static TaskSite) -> Option<&'static TrackerCore> {
    site.tracker().map(StaticTracker::core)
}

/// All trackers of the current isolation, each once.
fn all_trackers() -> Vec<(TrackerRef, TrackerKind)> {
    let named = sites().filter(|site| site.tracker().is_some()).map(|site| TrackerRef::Static(Some(site.core())));
    let owned = owner::all().into_iter().map(|(tracker, _)| tracker);
    let mut known = HashSet::new();
    let all = named.chain(owned).chain(called()).filter(|tracker| known.insert(tracker.core().address()));
    let kind_of = |tracker: &TrackerRef| match tracker {
        TrackerRef::Static(_) => TrackerKind::Static,
        TrackerRef::Shared(_) if tracker.owners().is_some() => TrackerKind::Owned,
        TrackerRef::Shared(_) => TrackerKind::Shared,
    };
    all.map(|tracker| (tracker.clone(), kind_of(&tracker))).collect()
}

/// When the oldest task of each function began, by the address of its site.
#[derive(Default)]
struct Oldest(HashMap<usize, Instant>);

impl Oldest {
    fn saw(&mut self, site: &'static TaskSite, since: Instant) {
        let oldest = self.0.entry(std::ptr::from_ref(site).addr()).or_insert(since);
        *oldest = since.min(*oldest);
    }

    fn of(&self, site: &'static TaskSite) -> Option<Instant> {
        self.0.get(&std::ptr::from_ref(site).addr()).copied()
    }
}

fn tracker_status(core: &TrackerCore, kind: TrackerKind, now: Instant, oldest: &mut Oldest) -> TrackerStatus {
    let mut first: Option<Instant> = None;
    let occupancy = core.occupancy(|site, since| {
        oldest.saw(site, since);
        first = Some(first.map_or(since, |first| first.min(since)));
    });
    let Occupancy { running_limit, waiting_limit, running, waiting, acquiring, .. } = occupancy;
    TrackerStatus {
        name: core.name(),
        file: core.place().file(),
        line: core.place().line(),
        kind,
        bound: (running_limit != usize::MAX).then_some(running_limit),
        live: running,
        queue: waiting_limit,
        queued: waiting,
        acquiring,
        state: state(core, &occupancy, now),
        oldest: first.map(|since| now.saturating_duration_since(since)),
    }
}

fn state(core: &TrackerCore, occupancy: &Occupancy, now: Instant) -> TrackerState {
    if let Some(report) = core.report().get() {
        return TrackerState::Drained(report.clone());
    }
    if let Some((began, budget)) = core.drain_began() {
        return TrackerState::Draining { elapsed: now.saturating_duration_since(began), budget };
    }
    if occupancy.owner_gone { TrackerState::OwnerGone } else { TrackerState::Open }
}

fn loop_status(record: &LoopRecord, core: &TrackerCore, now: Instant) -> LoopStatus {
    let (site, runs, place) = (record.site(), record.runs(), core.place());
    LoopStatus {
        name: site.name(),
        file: site.file(),
        line: site.line(),
        tracker: core.name(),
        tracker_file: place.file(),
        tracker_line: place.line(),
        live: record.live(),
        every: runs.every,
        last_run: runs.last.map(|last| LoopRun {
            began_at: last.began_at,
            began_ago: now.saturating_duration_since(last.began),
            took: last.ended.map(|(_, took)| took),
            outcome: last.ended.map(|(outcome, _)| outcome),
        }),
        next_run: runs.next.map(|next| next.saturating_duration_since(now)),
    }
}

fn failed(failure: LastFailure, now: Instant) -> Failure {
    let LastFailure { outcome, cause, at, since } = failure;
    let ago: Duration = now.saturating_duration_since(since);
    Failure { outcome, cause, at, ago }
}
