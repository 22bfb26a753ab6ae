//! Waiting for a tracker's tasks without closing it.

use std::future::poll_fn;
use std::task::Poll;

use crate::current::current_task;
use crate::report;
use crate::tracker::{Tracker, TrackerCore};

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    /// Waits until the tracker has no running and no queued task. It closes nothing.
    ///
    /// Use it on a host that freezes the process between two requests, as AWS Lambda does, and in tests. It is ready if
    /// there was such a moment since its first poll; a new call may have been made since. If calls keep coming there may be
    /// no such moment: put a timeout around it.
    ///
    /// A worker counts as a task, and so does a loop, also between two runs: a tracker with one is not idle before it ends.
    /// When this returns, everything that the tasks held is dropped, and their failures are reported. `tokio_util`'s
    /// `TaskTracker::wait` returns only if the tracker is closed; this does not need that.
    ///
    /// ```
    /// use outlive::{Tracker, detached};
    ///
    /// static AUDIT: Tracker = Tracker::bounded("audit", 8);
    ///
    /// #[detached(timeout = "5s", track = AUDIT)]
    /// async fn write_audit(event: &'static str) {
    ///     println!("{event}");
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// write_audit("signed in");
    /// AUDIT.idle().await;
    /// assert_eq!(AUDIT.live(), 0);
    /// write_audit("signed out").await.expect("it is as open as before");
    /// # }
    /// ```
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn idle(&self) // `tokio::time::timeout(Duration::from_secs(5), AUDIT.idle()).await`
    {
        self.here().idle().await;
    }
}

/// Waits, until dropped.
struct Idle<'a>(&'a TrackerCore, Option<u64>);

impl Drop for Idle<'_> {
    fn drop(&mut self) {
        if let Some(own) = self.1 {
            self.0.admission().cancel_idle_wait(own);
        }
    }
}

impl TrackerCore {
    pub(crate) async fn idle(&self) {
        if let Some((site, tracker)) = current_task() {
            if tracker.core().address() == self.address() {
                report::waits_for_itself(site, self.shown_name(), "that its own tracker is idle");
            }
        }
        let mut idle = Idle(self, None);
        poll_fn(|cx| {
            let Idle(core, own) = &mut idle;
            if core.admission().poll_idle(own, cx.waker()) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
