//! The counters of a worker.

use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of a worker since its start. [`Worker::counts`](crate::Worker::counts) reads them.
///
/// ```
/// use outlive_durable::JobCounts;
///
/// fn shown(counts: JobCounts) -> String {
///     format!("{} done, {} to try again, {} given up", counts.done, counts.failed, counts.killed)
/// }
/// # assert_eq!(shown(JobCounts::default()), "0 done, 0 to try again, 0 given up");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct JobCounts {
    /// Runs that succeeded.
    pub done: u64,
    /// Runs that failed, and whose jobs are tried again.
    pub failed: u64,
    /// Jobs whose attempts are used up.
    pub killed: u64,
    /// Jobs that could not be read.
    pub set_aside: u64,
    /// Jobs that this worker gave back to the queue when it ended.
    pub handed_back: u64,
    /// Runs that ended after another worker had taken over the job, because this worker counted as dead.
    pub taken_over: u64,
}

#[derive(Default)]
pub(super) struct Counters {
    pub(super) done: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) killed: AtomicU64,
    pub(super) set_aside: AtomicU64,
    pub(super) handed_back: AtomicU64,
    pub(super) taken_over: AtomicU64,
}

impl Counters {
    pub(super) fn read(&self) -> JobCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        JobCounts {
            done: read(&self.done),
            failed: read(&self.failed),
            killed: read(&self.killed),
            set_aside: read(&self.set_aside),
            handed_back: read(&self.handed_back),
            taken_over: read(&self.taken_over),
        }
    }
}

pub(super) fn add(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Ordering::Relaxed);
}
