//! The detached tasks of one request: how many there are, and when they have ended.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts the detached tasks of one request, and waits for them: those that are started under its
/// [`Context`](crate::Context), and those that these start.
///
/// Use it on a host that freezes the process after the response, as AWS Lambda does, and in a test of one request among
/// others. [`Tracker::idle`](crate::Tracker::idle) waits for the tasks of one tracker, whichever request started them; this
/// waits for the tasks of one request, in all trackers. It is Go's `sync.WaitGroup` without the `Add`.
///
/// ```
/// use outlive::{Context, DetachedWork, Tracker, detached};
///
/// static AUDIT: Tracker = Tracker::bounded("audit", 8).queue(100);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(event: &'static str) {
///     println!("{event}");
/// }
///
/// async fn handler() -> &'static str {
///     write_audit("signed in");
///     "welcome"
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let work = DetachedWork::new();
/// let request = Context::root().with_detached_work(&work);
/// let response = request.scope(handler()).await.expect("nothing cancels it");
/// assert_eq!((response, work.live()), ("welcome", 1));
/// work.ended().await; // now the host may freeze the process
/// assert_eq!(work.live(), 0);
/// # }
/// ```
///
/// A queued call counts, and a `blocking` call counts until its thread has ended. Loops, workers, and the work of a
/// [`Singleflight`](crate::Singleflight) do not count, because they belong to no single request. Nor does a refused call.
/// The children of a [`Group`](crate::Group) do not count either: a child that goes on after its group was dropped may make
/// a call after [`ended`](Self::ended) has returned.
///
/// It costs each counted task two allocations. A call under a context without it pays one check.
#[derive(Clone, Default)]
pub struct DetachedWork(Arc<Count>);

#[derive(Default)]
struct Count {
    live: AtomicUsize,
    none_left: Notify,
}

impl DetachedWork {
    /// Makes a counter at zero. Give it to a context with
    /// [`Context::with_detached_work`](crate::Context::with_detached_work).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many of the tasks run or are queued.
    #[must_use]
    pub fn live(&self) -> usize {
        self.0.live.load(Ordering::Acquire)
    }

    /// Waits until no task is left, or until there was such a moment since the first poll.
    pub(crate) async fn none_left(&self) {
        let mut none_left = pin!(self.0.none_left.notified());
        // From here on, the end of the last task is not missed.
        none_left.as_mut().enable();
        if self.live() > 0 {
            none_left.await;
        }
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Counts one more task, until the result is dropped.
    pub(crate) fn begun(&self) -> CountedWork {
        self.0.live.fetch_add(1, Ordering::Relaxed);
        CountedWork(Self(Arc::clone(&self.0)))
    }
}

impl fmt::Debug for DetachedWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DetachedWork").field("live", &self.live()).finish()
    }
}

/// A task that is counted, until this is dropped.
pub(crate) struct CountedWork(DetachedWork);

impl Drop for CountedWork {
    fn drop(&mut self) {
        let Count { live, none_left } = &*self.0.0;
        // A waiter that sees the end sees what the task did before it.
        if live.fetch_sub(1, Ordering::AcqRel) == 1 {
            none_left.notify_waiters();
        }
    }
}
