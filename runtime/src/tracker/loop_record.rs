//! The record of a function's loops in one tracker. It exists between their runs, and after their end.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Outcome, TaskSite};
use crate::admission::Key;
use crate::util::Ticks;
use crate::util::sync::lock;

/// The record of a function's loops in one tracker.
pub(crate) struct LoopRecord {
    site: &'static TaskSite,
    /// How many loops exist.
    live: AtomicUsize,
    /// How many of them are workers that wait for their restart.
    waiting: AtomicUsize,
    runs: Mutex<Runs>,
    /// How the first essential loop ended, if it ended unasked.
    essential_end: OnceLock<Outcome>,
    /// The run requests of the existing loops, by the keys of their entries. Handles find them here.
    reached_by: Mutex<HashMap<Key, Arc<dyn Any + Send + Sync>>>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Runs {
    /// The time from the start of one run to the next.
    pub(crate) every: Option<Duration>,
    /// The one that began last.
    pub(crate) last: Option<LastRun>,
    /// When the next run begins, if that is known.
    pub(crate) next: Option<Instant>,
}

#[derive(Clone, Copy)]
pub(crate) struct LastRun {
    pub(crate) began_at: SystemTime,
    pub(crate) began: Instant,
    /// The same as its id, if it is a worker's only run.
    id: Ticks,
    /// How it ended, and how long it took.
    pub(crate) ended: Option<(Outcome, Duration)>,
}

impl Runs {
    /// A run has ended. If another has begun since, that one is the last.
    fn ended(&mut self, is_it: impl Fn(&LastRun) -> bool, now: Instant, outcome: Outcome) {
        if let Some(last) = self.last.as_mut().filter(|last| is_it(last) && last.ended.is_none()) {
            last.ended = Some((outcome, now.saturating_duration_since(last.began)));
        }
    }
}

impl LoopRecord {
    pub(super) fn new(site: &'static TaskSite) -> Self {
        let [live, waiting] = [const { AtomicUsize::new(0) }; 2];
        Self {
            site,
            live,
            waiting,
            runs: Mutex::default(),
            essential_end: OnceLock::new(),
            reached_by: Mutex::default(),
        }
    }

    pub(crate) fn site(&self) -> &'static TaskSite {
        self.site
    }

    pub(crate) fn essential_has_ended(&self, outcome: Outcome) {
        let _ = self.essential_end.set(outcome);
    }

    pub(crate) fn essential_end(&self) -> Option<Outcome> {
        self.essential_end.get().copied()
    }

    pub(crate) fn live(&self) -> usize {
        self.live.load(Relaxed)
    }

    /// How many workers wait for their restart.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Relaxed)
    }

    pub(crate) fn waits_for_restart(&self) {
        self.waiting.fetch_add(1, Relaxed);
    }

    pub(crate) fn waits_no_more(&self) {
        self.waiting.fetch_sub(1, Relaxed);
    }

    pub(crate) fn runs(&self) -> Runs {
        *lock(&self.runs)
    }

    pub(crate) fn started(&self) {
        self.live.fetch_add(1, Relaxed);
    }

    pub(crate) fn reachable(&self, key: Key, by: Arc<dyn Any + Send + Sync>) {
        lock(&self.reached_by).insert(key, by);
    }

    pub(crate) fn reach(&self, key: Key) -> Option<Arc<dyn Any + Send + Sync>> {
        lock(&self.reached_by).get(&key).cloned()
    }

    /// One of the loops has ended. The other loops may have a next run.
    pub(crate) fn ended(&self, key: Option<Key>) {
        let reached_by = key.and_then(|key| {
            let mut reached_by = lock(&self.reached_by);
            // The fast path for a worker, which nobody can reach: the key is not hashed.
            if reached_by.is_empty() { None } else { reached_by.remove(&key) }
        });
        drop(reached_by);
        if self.live.fetch_sub(1, Relaxed) == 1 {
            lock(&self.runs).next = None;
        }
    }

    pub(crate) fn repeats(&self, every: Duration, next: Instant) {
        let mut runs = lock(&self.runs);
        (runs.every, runs.next) = (Some(every), Some(next));
    }

    /// Records the begin of a run, and when the next one begins, if that has changed. The time of its begin is its id, for
    /// `run_ended`.
    pub(crate) fn run_began(&self, began: Instant, next: Option<Instant>) {
        let last = LastRun { began_at: SystemTime::now(), began, id: Ticks::NONE, ended: None };
        let mut runs = lock(&self.runs);
        runs.last = Some(last);
        if next.is_some() {
            runs.next = next;
        }
    }

    /// Records the end of a run, and when the next one begins, if that has changed.
    pub(crate) fn run_ended(&self, began: Instant, now: Instant, outcome: Outcome, next: Option<Instant>) {
        let mut runs = lock(&self.runs);
        runs.ended(|last| last.began == began, now, outcome);
        if next.is_some() {
            runs.next = next;
        }
    }

    /// Records the begin of a worker's only run. `id` is the time of its begin in ticks, which is less to keep.
    pub(crate) fn only_run_began(&self, began: Instant, id: Ticks) {
        let last = LastRun { began_at: SystemTime::now(), began, id, ended: None };
        lock(&self.runs).last = Some(last);
    }

    /// Records its end.
    pub(crate) fn only_run_ended(&self, id: Ticks, now: Instant, outcome: Outcome) {
        lock(&self.runs).ended(|last| last.id == id, now, outcome);
    }

    /// Sets when the next run begins.
    pub(crate) fn next_run(&self, at: Option<Instant>) {
        lock(&self.runs).next = at;
    }
}
