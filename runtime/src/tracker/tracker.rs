//! The public face of a tracker.

use std::fmt;
use std::mem;
use std::panic::Location;
use std::time::Duration;

use super::{Isolated, TrackerCore};
use crate::admission::Phase;

/// The one place to wait: it admits calls, holds them to a bound, counts them, and drains.
///
/// A tracker is a static, or an `Arc<Tracker>`. Its bound is part of it: `running` tasks run at once, and with
/// [`queue`](Self::queue) more may wait for their turn, first come first served. What is neither is refused with
/// [`Rejected::Full`](crate::Rejected::Full).
///
/// The drain budget, in seconds, is part of its type, so that `timeout + grace <= budget` is proved of every function
/// that uses it when it is compiled. The default is 20 s, which leaves a third of Kubernetes' 30 for the rest.
///
/// Beside tokio-util's `TaskTracker`: that one has no bound, goes on accepting tasks after `close()`, waits for them
/// without end, and does not know who they are.
///
/// ```
/// use outlive::{Tracker, detached};
///
/// // 64 run at once, 10,000 may wait; drains within 20 s.
/// static AUDIT: Tracker = Tracker::bounded("audit", 64).queue(10_000);
///
/// #[detached(timeout = "5s", track = AUDIT)]
/// async fn write_audit(event: String) {
///     println!("{event}");
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// write_audit("signed in".to_owned());
///
/// let report = AUDIT.drain().await;
/// assert!(report.is_clean(), "{report}");
/// # }
/// ```
pub struct Tracker<const DRAIN_SECS: u64 = 20> {
    running: usize,
    waiting: usize,
    core: TrackerCore,
}

impl Tracker {
    /// A tracker of which at most `running` tasks run at once, and none wait.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static MAIL: Tracker = Tracker::bounded("mail", 8);
    /// ```
    ///
    /// # Panics
    ///
    /// If `running` is zero; in a static, this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn bounded(name: &'static str, running: usize) -> Self {
        assert!(running > 0, "a tracker whose bound is 0 can run nothing: give it at least 1");
        Self::build(name, Location::caller(), running, 0)
    }

    /// A tracker without a bound: as many tasks run at once as are called. Memory is the limit.
    #[must_use]
    #[track_caller]
    pub const fn unbounded(name: &'static str) -> Self {
        Self::build(name, Location::caller(), usize::MAX, 0)
    }
}

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    pub(crate) const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    const fn build(name: &'static str, place: &'static Location<'static>, running: usize, waiting: usize) -> Self {
        Self { running, waiting, core: TrackerCore::new(name, place, (running, waiting)) }
    }

    /// Lets `waiting` more calls wait for their turn, first come first served.
    ///
    /// A queued call is spawned and tracked at once. Its timeout begins with its turn.
    ///
    /// # Panics
    ///
    /// Of an unbounded tracker, where none would ever wait; of a static, it does not compile.
    #[must_use]
    #[track_caller]
    pub const fn queue(self, waiting: usize) -> Self {
        assert!(
            self.running < usize::MAX,
            "an unbounded tracker runs every call at once, and has no queue: give it a bound, as in `Tracker::bounded(\"audit\", 64)`, or \
             leave `.queue(…)` out"
        );
        let new = Self::build(self.core.name(), self.core.place(), self.running, waiting);
        // A const fn cannot drop what has a destructor. Nothing is lost: a tracker that is moved has nothing inside.
        mem::forget(self);
        new
    }

    /// Sets how long a [`drain`](Self::drain) may take, in seconds.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static EXPORT: Tracker<90> = Tracker::bounded("export", 4).drain_budget::<90>();
    /// ```
    #[must_use]
    pub const fn drain_budget<const SECS: u64>(self) -> Tracker<SECS> {
        let new = Tracker::build(self.core.name(), self.core.place(), self.running, self.waiting);
        mem::forget(self);
        new
    }

    /// The name it was given.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.core.name()
    }

    /// How long a [`drain`](Self::drain) may take; a task that does not yield costs one second more.
    #[must_use]
    pub const fn budget(&self) -> Duration {
        Self::BUDGET
    }

    /// How many tasks it tracks: those that run, and those that wait for their turn.
    #[must_use]
    pub fn live(&self) -> usize {
        self.here().admission().live()
    }

    /// Whether a drain has begun. It stays so: a tracker drains once.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.here().admission().phase() != Phase::Open
    }

    /// What it is where this code runs: in an isolated test, a static's stand-in.
    pub(crate) fn here(&self) -> &TrackerCore {
        Isolated::current().core(&self.core)
    }

    pub(crate) const fn core(&self) -> &TrackerCore {
        &self.core
    }
}

impl<const DRAIN_SECS: u64> fmt::Debug for Tracker<DRAIN_SECS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("name", &self.name())
            .field("live", &self.live())
            .field("is_draining", &self.is_draining())
            .finish_non_exhaustive()
    }
}
