//! The public type of a tracker.

use std::fmt;
use std::mem;
use std::panic::Location;
use std::time::Duration;

use super::{Isolated, TrackerCore};
use crate::admission::Phase;

/// Tracks detached tasks: it limits how many run, counts them, and waits for them in a [`drain`](Self::drain).
///
/// A tracker is a static, or an `Arc<Tracker>`. At most `running` tasks run at once. With [`queue`](Self::queue), more calls
/// may wait, first come first served. Further calls are refused with [`Rejected::Full`](crate::Rejected::Full).
///
/// The drain budget, in seconds, is part of the type. So the compiler checks `timeout + grace <= budget` for every function
/// that uses the tracker. The default is 20 s, which leaves a third of Kubernetes' 30 s for the rest of the shutdown.
///
/// tokio-util's `TaskTracker` has no bound, accepts tasks after `close()`, waits for them without a limit, and does not know
/// their names.
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
    /// Makes a tracker that runs at most `running` tasks at once, without a queue.
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
    pub const fn bounded(name: &'static str, running: usize) -> Self // with a queue: `Tracker::bounded("audit", 64).queue(10_000)`
    {
        assert!(running > 0, "a tracker whose bound is 0 can run nothing: give it at least 1");
        Self::build(name, Location::caller(), running, 0)
    }

    /// Makes a tracker without a bound: every call runs at once. Memory is the limit.
    ///
    /// Use it where something else limits the number of tasks, such as the number of connections. Its drain has the same
    /// budget as that of a bounded tracker.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static SESSIONS: Tracker = Tracker::unbounded("sessions");
    /// ```
    #[must_use]
    #[track_caller]
    pub const fn unbounded(name: &'static str) -> Self // `Tracker::unbounded("sessions")`; with a bound: `Tracker::bounded("audit", 64)`
    {
        Self::build(name, Location::caller(), usize::MAX, 0)
    }
}

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    pub(crate) const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    const fn build(name: &'static str, place: &'static Location<'static>, running: usize, waiting: usize) -> Self {
        Self { running, waiting, core: TrackerCore::new(name, place, (running, waiting)) }
    }

    /// Adds a queue: at most `waiting` more calls wait, first come first served.
    ///
    /// A queued call is spawned and tracked at once. The time in the queue does not count towards its timeout.
    ///
    /// ```
    /// use outlive::Tracker;
    ///
    /// static MAIL: Tracker = Tracker::bounded("mail", 8).queue(1000); // 8 run, 1,000 wait, and the next is refused
    /// ```
    ///
    /// # Panics
    ///
    /// Panics for an unbounded tracker, because no call would ever wait. For a static this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn queue(self, waiting: usize) -> Self // `.queue(10_000)`: so many calls may wait
    {
        assert!(
            self.running < usize::MAX,
            "an unbounded tracker runs every call at once, and has no queue: give it a bound, as in `Tracker::bounded(\"audit\", 64)`, or \
             leave `.queue(…)` out"
        );
        let new = Self::build(self.core.name(), self.core.place(), self.running, waiting);
        // A const fn cannot drop a value with a destructor. A tracker that can be moved has no tasks, so nothing leaks.
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
    pub const fn drain_budget<const SECS: u64>(self) -> Tracker<SECS> // in seconds: `.drain_budget::<60>()`, of a `Tracker<60>`
    {
        let new = Tracker::build(self.core.name(), self.core.place(), self.running, self.waiting);
        mem::forget(self);
        new
    }

    /// The name of the tracker.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.core.name()
    }

    /// How long a [`drain`](Self::drain) may take. A task that does not yield adds one second.
    #[must_use]
    pub const fn budget(&self) -> Duration {
        Self::BUDGET
    }

    /// How many tasks it tracks: running and queued ones, loops also between two runs, and threads of `blocking` functions,
    /// also after their timeout.
    #[must_use]
    pub fn live(&self) -> usize {
        self.here().admission().live()
    }

    /// Whether a drain has begun. It stays so: a tracker drains once.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.here().admission().phase() != Phase::Open
    }

    /// The tracker's core in the current isolation: in an isolated test, a static's stand-in.
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
