//! What is known of a function's loops in one tracker, between their runs too, and after their end.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{Outcome, TaskSite};
use crate::admission::Key;
use crate::util::sync::lock;

/// What is known of a function's loops in one tracker.
pub(crate) struct LoopRecord {
    site: &'static TaskSite,
    /// How many of them are there.
    live: AtomicUsize,
    runs: Mutex<Runs>,
    /// How the first of them that was essential has ended, where nobody had asked it to.
    essential_end: OnceLock<Outcome>,
    /// What their handles can reach those by that are there, by the keys of their entries.
    reached_by: Mutex<HashMap<Key, Arc<dyn Any + Send + Sync>>>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Runs {
    /// From the start of one run to the next.
    pub(crate) every: Option<Duration>,
    /// The one that began last.
    pub(crate) last: Option<LastRun>,
    /// When the next begins, where that is known.
    pub(crate) next: Option<Instant>,
}

#[derive(Clone, Copy)]
pub(crate) struct LastRun {
    pub(crate) began_at: SystemTime,
    pub(crate) began: Instant,
    /// With the time that it took.
    pub(crate) ended: Option<(Outcome, Duration)>,
}

impl LoopRecord {
    pub(super) fn new(site: &'static TaskSite) -> Self {
        let (live, runs, essential_end) = (AtomicUsize::new(0), Mutex::default(), OnceLock::new());
        Self { site, live, runs, essential_end, reached_by: Mutex::default() }
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

    /// One of the loops has ended. Of several, the others may have a next run.
    pub(crate) fn ended(&self, key: Option<Key>) {
        let reached_by = key.and_then(|key| {
            let mut reached_by = lock(&self.reached_by);
            // Of a worker nobody is: that it has no key there is not to be hashed.
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

    /// A run begins. It is known by when, for its end.
    pub(crate) fn run_began(&self, began: Instant) {
        let last = LastRun { began_at: SystemTime::now(), began, ended: None };
        lock(&self.runs).last = Some(last);
    }

    /// It has ended. Where another one has begun since, that is the last.
    pub(crate) fn run_ended(&self, began: Instant, now: Instant, outcome: Outcome) {
        if let Some(last) = lock(&self.runs).last.as_mut().filter(|last| last.began == began && last.ended.is_none()) {
            last.ended = Some((outcome, now.saturating_duration_since(began)));
        }
    }

    /// When the next run begins.
    pub(crate) fn next_run(&self, at: Option<Instant>) {
        lock(&self.runs).next = at;
    }
}
