//! The jobs of a spill: those that run here, and those that wait to be written to the queue.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use outlive::Reason;

use super::error::SpillError;
use super::hand_over::Lost;
use crate::engine::NewJob;
use crate::function::Function;
use crate::function::Payload;
use crate::id::JobId;

/// The counters of a spill's calls, at one moment.
///
/// The number of accepted calls is `ran + handed_over + lost + running + waiting`. [`Spill::counts`](crate::Spill::counts)
/// reads them.
///
/// ```
/// use outlive_durable::SpillCounts;
///
/// /// Whether the store may be in trouble.
/// fn is_behind(counts: &SpillCounts) -> bool {
///     counts.waiting > 1_000
/// }
/// # assert!(!is_behind(&SpillCounts::default()));
/// ```
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
    /// The writer is writing the first of them.
    waiting: VecDeque<Arc<NewJob>>,
    /// No further calls are accepted.
    is_closed: bool,
    /// No further jobs are handed over.
    is_over: bool,
    counts: SpillCounts,
    /// How many calls of each function were refused.
    refused: HashMap<&'static str, u64>,
    /// The functions for which it was reported that they cannot run here.
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

    /// Accepts a job, and reserves its place for a failure. A refusal has the number of this function's refusals so far.
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
        // A job that the last phase took over belongs to the queue.
        if self.running.remove(&id).is_some() {
            self.counts.ran += 1;
        }
    }

    /// The job must be written. If it failed, its first attempt is used up. Returns its function if the job is lost.
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
            // The same text as a worker writes.
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

    /// The next jobs to write.
    pub(super) fn first(&self, most: usize) -> Vec<Arc<NewJob>> {
        self.waiting.iter().take(most).cloned().collect()
    }

    fn take(&mut self, id: JobId) -> Option<Arc<NewJob>> {
        // It is among the first. If it was given up in between, it counts as lost already.
        let at = self.waiting.iter().position(|job| job.id == id)?;
        self.waiting.remove(at)
    }

    pub(super) fn is_written(&mut self, id: JobId) {
        self.counts.handed_over += u64::from(self.take(id).is_some());
    }

    /// Moves a job that the store refused to the end, so that the others need not wait for it.
    pub(super) fn goes_last(&mut self, id: JobId) {
        if let Some(job) = self.take(id) {
            self.waiting.push_back(job);
        }
    }

    /// Refuses further calls.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    /// Also writes the jobs that still run: they may run twice, but are not lost.
    pub(super) fn take_running(&mut self) {
        self.waiting.extend(self.running.drain().map(|(_, (_, job))| Arc::new(job)));
    }

    /// Gives up the jobs that were not written. Returns how many of each function are lost.
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
