//! What a spill holds: the jobs that run here, and those that wait to be written to the queue.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use outlive::Reason;

use super::error::SpillError;
use super::hand_over::Lost;
use crate::engine::NewJob;
use crate::function::Function;
use crate::function::Payload;
use crate::id::JobId;

/// The counters of a spill's calls. The number of accepted calls is `ran + handed_over + lost + running + waiting`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct SpillCounts {
    /// Ran here, and succeeded.
    pub ran: u64,
    /// Were written to the queue.
    pub handed_over: u64,
    /// Were accepted, did not succeed, and could not be written to the queue.
    pub lost: u64,
    /// Were refused at the call.
    pub refused: u64,
    /// Run here now, or wait for a place of their tracker.
    pub running: u64,
    /// Wait to be written to the queue.
    pub waiting: u64,
}

impl SpillCounts {
    /// How many calls returned `Ok`.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.ran + self.handed_over + self.lost + self.running + self.waiting
    }
}

pub(super) struct Buffer {
    capacity: usize,
    running: HashMap<JobId, (&'static Function, NewJob)>,
    /// The first of them are being written.
    waiting: VecDeque<Arc<NewJob>>,
    /// Nothing new is accepted.
    is_closed: bool,
    /// Nothing is handed over any more.
    is_over: bool,
    counts: SpillCounts,
    /// Calls that were refused, of each function.
    refused: HashMap<&'static str, u64>,
    /// Which functions it was said of that they cannot run here.
    said: HashSet<&'static str>,
}

impl Buffer {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            running: HashMap::new(),
            waiting: VecDeque::new(),
            is_closed: false,
            is_over: false,
            counts: SpillCounts::default(),
            refused: HashMap::new(),
            said: HashSet::new(),
        }
    }

    /// What runs here has its place already for when it does not end well.
    /// With a refusal, how many there were of this function.
    pub(super) fn accept(&mut self, function: &'static Function, job: NewJob) -> Result<(), (SpillError, u64)> {
        let refusal = if self.is_closed {
            SpillError::Closed
        } else if self.running.len() + self.waiting.len() >= self.capacity {
            SpillError::Full { capacity: self.capacity }
        } else {
            self.running.insert(job.id, (function, job));
            return Ok(());
        };
        self.counts.refused += 1;
        let count = self.refused.entry(function.name).or_default();
        *count += 1;
        Err((refusal, *count))
    }

    pub(super) fn is_first(&mut self, function: &'static str) -> bool {
        self.said.insert(function)
    }

    pub(super) fn ran(&mut self, id: JobId) {
        // What the last phase has taken away is the queue's.
        if self.running.remove(&id).is_some() {
            self.counts.ran += 1;
        }
    }

    /// The job is to be written. One that has failed has had its first attempt. Gives its function, where it is lost.
    #[must_use]
    pub(super) fn has_not_run(&mut self, id: JobId, reason: Option<&Reason>) -> Option<&'static str> {
        let (function, mut job) = self.running.remove(&id)?;
        if self.is_over {
            self.counts.lost += 1;
            return Some(job.function);
        }
        if let Some(reason @ (Reason::TimedOut { .. } | Reason::Panicked(_) | Reason::Failed(_))) = reason
            && let Ok(payload) = Payload::read(&job.payload)
        {
            // As a worker says it.
            let error = if let Reason::Failed(error) = reason { error.clone() } else { reason.to_string() };
            job.payload = payload.after_an_attempt(error).write();
            job.after = Some(function.pause(1));
            job.attempts -= 1;
        }
        self.waiting.push_back(Arc::new(job));
        None
    }

    pub(super) fn is_empty(&self) -> bool {
        self.running.is_empty() && self.waiting.is_empty()
    }

    /// The next to be written.
    pub(super) fn first(&self, most: usize) -> Vec<Arc<NewJob>> {
        self.waiting.iter().take(most).cloned().collect()
    }

    fn take(&mut self, id: JobId) -> Option<Arc<NewJob>> {
        // It is among the first. Where it was given up meanwhile, it counts as lost already.
        let at = self.waiting.iter().position(|job| job.id == id)?;
        self.waiting.remove(at)
    }

    pub(super) fn is_written(&mut self, id: JobId) {
        self.counts.handed_over += u64::from(self.take(id).is_some());
    }

    /// The store did not take it: the others are not to wait for that one.
    pub(super) fn goes_last(&mut self, id: JobId) {
        if let Some(job) = self.take(id) {
            self.waiting.push_back(job);
        }
    }

    /// Accepts nothing new.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    /// What still runs is written as well: it may run twice, and is not lost.
    pub(super) fn take_running(&mut self) {
        self.waiting.extend(self.running.drain().map(|(_, (_, job))| Arc::new(job)));
    }

    /// Gives up what has not been written: of each function, how many.
    pub(super) fn give_up(&mut self) -> Vec<Lost> {
        (self.is_closed, self.is_over) = (true, true);
        let mut lost = BTreeMap::<&str, u64>::new();
        for job in self.waiting.drain(..) {
            *lost.entry(job.function).or_default() += 1;
        }
        self.counts.lost += lost.values().sum::<u64>();
        lost.into_iter().map(|(function, count)| Lost { function, count }).collect()
    }

    pub(super) fn counts(&self) -> SpillCounts {
        let (running, waiting) = (self.running.len() as u64, self.waiting.len() as u64);
        SpillCounts { running, waiting, ..self.counts }
    }
}
