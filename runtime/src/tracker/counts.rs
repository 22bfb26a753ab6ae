//! The counters of a function's calls, at one moment.

/// The counters of a function's calls, at one moment.
///
/// Always `started = completed + failed + timed_out + panicked + cancelled + lost + live`, and `started + rejected + queued`
/// is the number of calls; for a loop, and a worker that restarts, the number of runs.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 1);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit() {}
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (mut first, mut second) = (write_audit(), write_audit());
/// assert!(first.refused().is_none() && second.refused().is_some());
/// let site = first.site();
/// first.await.unwrap();
///
/// let counts = site.counts();
/// assert_eq!((counts.started, counts.completed, counts.rejected), (1, 1, 1));
/// # }
/// ```
///
/// [`TaskSite::counts`](crate::TaskSite::counts) reads them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Counts {
    /// Calls that left the queue, or did not need it. A queued call that its handle aborted, or that its runtime dropped,
    /// counts here and in `cancelled` or `lost`.
    pub started: u64,
    /// Tasks that returned without an `Err`, also within the grace.
    pub completed: u64,
    /// Tasks that returned an `Err`.
    pub failed: u64,
    /// Tasks that were dropped at the end of their timeout and grace.
    pub timed_out: u64,
    /// Tasks that panicked.
    pub panicked: u64,
    /// Tasks that were aborted: dropped by a drain, by their handle, or because the last owner of their service was dropped. A
    /// task that is only cancelled, and ends within its grace, counts as it ended, in `completed`, `failed` or `panicked`.
    pub cancelled: u64,
    /// Tasks that were dropped together with their runtime.
    pub lost: u64,
    /// Calls that never ran: refused at the call, or still queued when a drain closed the queue.
    pub rejected: u64,
    /// Calls that wait in the queue now.
    pub queued: u64,
    /// Tasks that run now.
    pub live: u64,
    /// Loops, and workers that restart, that exist now, also between two runs. The other counters count their runs.
    pub loops: u64,
    /// Attempts after the first, of a function with [`retry`](macro@crate::detached#retries). The other counters count each
    /// of its calls once.
    pub retries: u64,
}

impl Counts {
    pub(super) fn ended(&self) -> u64 {
        self.completed + self.failed + self.timed_out + self.panicked + self.cancelled + self.lost
    }
}
