use std::any::TypeId;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::roster::{Book, Exit, Key, Kind, Phase, Request, Roster};
use crate::sync::{AtomicUsize, Mutex};
use crate::{CancelCause, DrainReport, TaskSite};

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
    station: Station,
}

/// What a tracker is, whatever its budget.
pub(crate) struct Station {
    name: &'static str,
    roster: Roster<Ticket, CancelCause>,
    /// When the drain began, and how long it may take.
    drain: OnceLock<(Instant, Duration)>,
    report: OnceLock<DrainReport>,
    /// The loops that run, of those that may run only once.
    once: Mutex<Vec<Instance>>,
}

/// A loop's function, and which of its instantiations, where it is generic.
type Instance = (&'static TaskSite, TypeId);

/// What a tracker knows of a task.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) site: &'static TaskSite,
    /// When the task was first seen to wait.
    pub(crate) since: Option<Instant>,
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
        Self::build(name, running, 0)
    }

    /// A tracker without a bound: as many tasks run at once as are called. Memory is the limit.
    #[must_use]
    pub const fn unbounded(name: &'static str) -> Self {
        Self::build(name, usize::MAX, 0)
    }
}

impl<const DRAIN_SECS: u64> Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    const fn build(name: &'static str, running: usize, waiting: usize) -> Self {
        Self { running, waiting, station: Station::new(name, running, waiting) }
    }

    /// Lets `waiting` more calls wait for their turn, first come first served.
    ///
    /// A queued call is spawned and tracked at once. Its timeout begins with its turn.
    #[must_use]
    pub const fn queue(self, waiting: usize) -> Self {
        let new = Self::build(self.station.name, self.running, waiting);
        // A const fn cannot drop what has a destructor. Nothing is lost: a tracker that is moved has nothing inside.
        std::mem::forget(self);
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
        let new = Tracker::build(self.station.name, self.running, self.waiting);
        std::mem::forget(self);
        new
    }

    /// The name it was given.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.station.name
    }

    /// How long a [`drain`](Self::drain) may take; a task that does not yield costs one second more.
    #[must_use]
    pub const fn budget(&self) -> Duration {
        Self::BUDGET
    }

    /// How many tasks it tracks: those that run, and those that wait for their turn.
    #[must_use]
    pub fn live(&self) -> usize {
        self.station.roster.live()
    }

    /// Whether a drain has begun. It stays so: a tracker drains once.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.station.roster.phase() != Phase::Open
    }

    /// Refuses new calls, waits for the tasks, cancels what does not end in time, and reports.
    ///
    /// 1. From the first poll, calls from outside get [`Rejected::Draining`](crate::Rejected::Draining). Calls that a
    ///    live task of this tracker makes are accepted work, and kept.
    /// 2. The tasks run on; queued ones get their turn.
    /// 3. At the budget less the longest grace among them, the tasks are told: their
    ///    [`Context`](crate::Context::cancelled) is cancelled with [`CancelCause::Shutdown`]. The queue is ended, and calls
    ///    are refused whoever makes them.
    /// 4. At the budget, their futures are dropped.
    /// 5. A task that does not come to an await cannot be dropped. After one more second it is reported as stuck.
    ///
    /// Call it when the server's future has returned: its requests are done by then.
    ///
    /// Any number of callers may drain; all get the same report. tokio-util's `close()` and `wait()` in one, and it
    /// really closes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the tracker closed, and nobody to cancel its tasks; another call goes on with what
    /// is left of the budget, which counts from the first.
    ///
    /// # Panics
    ///
    /// If tasks are live, outside a tokio runtime with a time driver.
    pub async fn drain(&self) -> DrainReport {
        self.station.drained(Self::BUDGET).await
    }

    pub(crate) const fn station(&self) -> &Station {
        &self.station
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

impl Station {
    pub(crate) const fn new(name: &'static str, running: usize, waiting: usize) -> Self {
        let roster = Roster::new(Mutex::new(Book::new(running, waiting)), AtomicUsize::new(0));
        let once = Mutex::new(Vec::new());
        Self { name, roster, drain: OnceLock::new(), report: OnceLock::new(), once }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn roster(&self) -> &Roster<Ticket, CancelCause> {
        &self.roster
    }

    /// Whose drain lets a task's calls pass: an identity, never followed.
    pub(crate) fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    pub(crate) fn request(&self, site: &'static TaskSite, caller: Option<usize>, kind: Kind) -> Request<Ticket> {
        let info = Ticket { site, since: None };
        Request { info, grace: site.grace(), kept: caller == Some(self.address()), kind }
    }

    pub(crate) fn drain_state(&self) -> &OnceLock<(Instant, Duration)> {
        &self.drain
    }

    pub(crate) fn report(&self) -> &OnceLock<DrainReport> {
        &self.report
    }

    /// What a call that is let pass during the drain may still take.
    pub(crate) fn left(&self) -> Option<Duration> {
        let (began, budget) = self.drain.get()?;
        Some(crate::context::later(*began, *budget).saturating_duration_since(Instant::now()))
    }
}

/// A task's tracker: its site's, or one of its own.
#[derive(Clone)]
pub(crate) enum Home {
    Site(&'static Station),
    Shared(Arc<dyn Stationed>),
}

pub(crate) trait Stationed: Send + Sync + 'static {
    fn station(&self) -> &Station;
}

impl<const DRAIN_SECS: u64> Stationed for Tracker<DRAIN_SECS> {
    fn station(&self) -> &Station {
        &self.station
    }
}

impl Home {
    pub(crate) fn station(&self) -> &Station {
        match self {
            Self::Site(station) => station,
            Self::Shared(tracker) => tracker.station(),
        }
    }
}

/// The right of a loop to be the only one of its kind in its tracker.
pub(crate) struct Claim {
    home: Home,
    instance: Instance,
}

impl Claim {
    /// `None` where one runs already.
    pub(crate) fn new(home: &Home, instance: Instance) -> Option<Self> {
        let mut once = home.station().once.lock().unwrap_or_else(PoisonError::into_inner);
        if once.iter().any(|known| is_same(*known, instance)) {
            return None;
        }
        once.push(instance);
        Some(Self { home: home.clone(), instance })
    }
}

fn is_same(one: Instance, other: Instance) -> bool {
    std::ptr::eq(one.0, other.0) && one.1 == other.1
}

impl Drop for Claim {
    fn drop(&mut self) {
        let mut once = self.home.station().once.lock().unwrap_or_else(PoisonError::into_inner);
        once.retain(|known| !is_same(*known, self.instance));
    }
}

/// A task's place in its tracker, or a share of it. Dropped, it is given back without a word.
pub(crate) struct Seat {
    home: Home,
    key: Option<Key>,
}

impl Seat {
    pub(crate) fn new(home: Home, key: Key) -> Self {
        Self { home, key: Some(key) }
    }

    pub(crate) fn station(&self) -> &Station {
        self.home.station()
    }

    /// `None` once left.
    pub(crate) fn key(&self) -> Option<Key> {
        self.key
    }

    /// The same place, held twice.
    pub(crate) fn share(&self) -> Self {
        if let Some(key) = self.key {
            self.station().roster.share(key);
        }
        Self { home: self.home.clone(), key: self.key }
    }

    /// Without an `exit` nothing is said of it.
    pub(crate) fn leave(&mut self, exit: Option<Exit>, age: Duration) {
        if let Some(key) = self.key.take() {
            self.station().roster.leave(key, exit.map(|exit| (exit, age)));
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.station().roster.leave(key, None);
        }
    }
}
