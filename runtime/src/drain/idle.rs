//! Waiting for a tracker's tasks without closing it.

use std::future::poll_fn;
use std::task::Poll;

use crate::current::current_task;
use crate::report;
use crate::tracker::{Tracker, TrackerCore};

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    /// Waits until no task is live or queued, and closes nothing.
    ///
    /// For a host that stops the process between two requests, as AWS Lambda does, and for tests. It is ready when there was such a
    /// moment since its first poll: by then the next call may have been made. Where calls keep coming there may be none: give it a
    /// timeout.
    ///
    /// A worker, and a loop between two runs as well, is a live task: a tracker that has one is not idle before that ends. What a
    /// task holds is gone by then, and what it failed with is reported. `tokio_util`'s `TaskTracker::wait` waits only where
    /// the tracker is closed; this one waits, and that is all.
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
    pub async fn idle(&self) {
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
