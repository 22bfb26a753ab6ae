//! What became of a function's calls, at one moment.

/// What became of a function's calls, at one moment.
///
/// `started = completed + failed + timed_out + panicked + cancelled + lost + live`, always, and
/// `started + rejected + queued` is the number of calls; for a loop, and a worker that is restarted, of runs.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that got their turn. One that its handle aborted or its runtime dropped while it was queued counts here
    /// as well, with `cancelled` or `lost`.
    pub started: u64,
    /// Returned, and not with an `Err`. Also within the grace.
    pub completed: u64,
    /// Returned an `Err`.
    pub failed: u64,
    /// Dropped at the end of their timeout and grace.
    pub timed_out: u64,
    /// Panicked.
    pub panicked: u64,
    /// Dropped by a drain or an abort.
    pub cancelled: u64,
    /// Dropped together with their runtime.
    pub lost: u64,
    /// Never ran: refused at the call, or still queued when a drain ended the queue.
    pub rejected: u64,
    /// Wait for their turn.
    pub queued: u64,
    /// Run.
    pub live: u64,
    /// Loops, and workers that are restarted, that are there: between two runs as well, which are counted in the others.
    pub loops: u64,
    /// Attempts beyond the first, of a function with [`retry`](macro@crate::detached#retries). Its calls are counted in the
    /// others, each once.
    pub retries: u64,
}

impl Counts {
    pub(super) fn ended(&self) -> u64 {
        self.completed + self.failed + self.timed_out + self.panicked + self.cancelled + self.lost
    }
}
