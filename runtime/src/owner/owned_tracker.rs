//! The tracker of a service.
//!
//! A clone of an owner is an owner; the clone inside a task is not. When the last owner is dropped, the tracker admits no
//! more calls, and cancels its loops and workers.

use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

#[cfg(doc)]
use super::TaskOwner;
use crate::admission::Phase;
use crate::report;
#[cfg(doc)]
use crate::tracker::Tracker;
use crate::tracker::{DrainReport, Held, Isolated, Owned, Owners, TrackerCore, TrackerRef};
use crate::util::sync::lock;

/// The tracker of a service: when the service's last clone is dropped, its loops and workers are cancelled.
///
/// A service keeps it in a field and derives [`TaskOwner`](macro@crate::TaskOwner). Clones of the service are owners, too.
/// The clone inside a task is not. When the last owner is dropped, by a hot reload or at the end of a test, the service's
/// loops and workers are cancelled with [`CancelCause::OwnerDropped`](crate::CancelCause::OwnerDropped), its detached calls
/// finish or time out, and then its fields are dropped. From then on, a call on a clone inside a task is refused with
/// [`Rejected::OwnerGone`](crate::Rejected::OwnerGone).
///
/// It has the same bound, queue and drain budget as a [`Tracker`].
///
/// A `JoinSet` in a field aborts each task at whatever await it has reached, also those that should finish, and a service
/// with it is not `Clone`. A `TaskTracker` beside a `CancellationToken` cancels nothing when the service is dropped, and a
/// task with a clone of the service keeps it alive.
///
/// ```
/// use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, worker};
///
/// #[derive(Clone, TaskOwner)]
/// struct Mailer {
///     tasks: OwnedTracker<30>, // a shutdown may take 30 seconds
/// }
///
/// #[owned_tasks]
/// impl Mailer {
///     #[worker(grace = "1s")]
///     async fn deliver(&self) -> String {
///         Context::current().cancelled().await.to_string()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mailer = Mailer { tasks: OwnedTracker::bounded("mailer", 8).queue(100).drain_budget() };
/// let delivering = mailer.deliver();
/// # tokio::task::yield_now().await; tokio::task::yield_now().await;
///
/// drop(mailer); // the last owner
/// assert_eq!(delivering.await.unwrap(), "the last owner was dropped");
/// # }
/// ```
pub struct OwnedTracker<const DRAIN_SECS: u64 = 20> {
    side: Arc<Side>,
}

/// What the handle of an owner, or of a task, points to. It is one pointer, because every task of the service has it.
struct Side {
    shared: Arc<Owned>,
    /// The side that the owner's tasks hold. `None` if this is that side.
    of_tasks: Option<Arc<Side>>,
}

impl Side {
    fn of_owner(shared: Arc<Owned>) -> Arc<Self> {
        let of_tasks = Arc::new(Self { shared: Arc::clone(&shared), of_tasks: None });
        Arc::new(Self { shared, of_tasks: Some(of_tasks) })
    }

    fn owns(&self) -> bool {
        self.of_tasks.is_some()
    }
}

/// All services' trackers, for `Shutdown::all`, and some that were dropped already.
static ALL: Mutex<Vec<Weak<Owned>>> = Mutex::new(Vec::new());

/// The trackers of all services, with their drain budgets.
pub(crate) fn all() -> Vec<(TrackerRef, Duration)> {
    // The references are dropped outside of the lock: dropping the last one of a tracker runs user code.
    let all: Vec<_> = lock(&ALL).iter().filter_map(Weak::upgrade).collect();
    let isolation = Isolated::current().id();
    let own = all.into_iter().filter(|owned| owned.isolation == isolation);
    own.map(|owned| (TrackerRef::Shared(Arc::clone(&owned) as _), owned.budget)).collect()
}

fn listed(owned: Owned) -> Arc<Owned> {
    let owned = Arc::new(owned);
    let mut all = lock(&ALL);
    if all.len() == all.capacity() {
        // Before the list grows, which gets rarer.
        all.retain(|known| known.strong_count() > 0);
    }
    all.push(Arc::downgrade(&owned));
    owned
}

impl OwnedTracker {
    /// Makes a tracker that runs at most `running` tasks at once, as [`Tracker::bounded`].
    ///
    /// # Panics
    ///
    /// If `running` is zero.
    #[must_use]
    #[track_caller]
    pub fn bounded(name: &'static str, running: usize) -> Self // with a queue: `OwnedTracker::bounded("rates", 8).queue(100)`
    {
        assert!(running > 0, "a tracker whose bound is 0 can run nothing: give it at least 1");
        Self::build(name, Location::caller(), running, 0)
    }

    /// Makes a tracker without a bound, as [`Tracker::unbounded`].
    #[must_use]
    #[track_caller]
    pub fn unbounded(name: &'static str) -> Self // `OwnedTracker::unbounded("sessions")`
    {
        Self::build(name, Location::caller(), usize::MAX, 0)
    }
}

impl<const DRAIN_SECS: u64> OwnedTracker<DRAIN_SECS> {
    pub(crate) const BUDGET: Duration = Duration::from_secs(DRAIN_SECS);

    fn build(name: &'static str, place: &'static Location<'static>, running: usize, waiting: usize) -> Self {
        let core = TrackerCore::new(name, place, (running, waiting));
        let isolation = Isolated::current().id();
        let owned = Owned { running, waiting, budget: Self::BUDGET, isolation, owners: Owners::one(), core };
        Self { side: Side::of_owner(listed(owned)) }
    }

    /// Adds a queue: at most `waiting` more calls wait, as [`Tracker::queue`].
    ///
    /// It makes a new tracker, so call it before the first clone. An unbounded tracker runs every call at once, and never uses the
    /// queue.
    #[must_use]
    pub fn queue(self, waiting: usize) -> Self // `.queue(100)`: so many calls may wait
    {
        Self::build(self.name(), self.side.shared.core.place(), self.side.shared.running, waiting)
    }

    /// Sets how long a shutdown may take, in seconds, as [`Tracker::drain_budget`].
    ///
    /// It makes a new tracker, so call it before the first clone.
    #[must_use]
    pub fn drain_budget<const SECS: u64>(self) -> OwnedTracker<SECS> // in seconds: `.drain_budget::<60>()`, of an `OwnedTracker<60>`
    {
        OwnedTracker::build(
            self.name(),
            self.side.shared.core.place(),
            self.side.shared.running,
            self.side.shared.waiting,
        )
    }

    /// The name of the tracker.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.side.shared.core.name()
    }

    /// How many tasks it tracks: loops, running tasks and queued tasks.
    #[must_use]
    pub fn live(&self) -> usize {
        self.side.shared.core.admission().live()
    }

    /// Whether its shutdown has begun.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.side.shared.core.admission().phase() != Phase::Open
    }

    /// Waits until the tracker has no running and no queued task, as [`Tracker::idle`]. It closes nothing.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn idle(&self) // `tokio::time::timeout(Duration::from_secs(5), tasks.idle()).await`
    {
        self.side.shared.core.idle().await;
    }

    /// Drains the tracker, as [`Tracker::drain`] does.
    pub(crate) async fn drained(&self) -> DrainReport {
        self.side.shared.core.drained(Self::BUDGET).await
    }

    /// A reference for a task, which is not an owner.
    pub(crate) fn disowned(&self) -> Self {
        Self { side: Arc::clone(self.side.of_tasks.as_ref().unwrap_or(&self.side)) }
    }

    #[inline]
    pub(crate) fn held(&self) -> Held {
        Held::owned(Arc::clone(&self.side.shared))
    }
}

/// A clone of an owner is an owner; a clone of a task's reference is not.
impl<const DRAIN_SECS: u64> Clone for OwnedTracker<DRAIN_SECS> {
    fn clone(&self) -> Self {
        if self.side.owns() {
            self.side.shared.owners.join();
        }
        Self { side: Arc::clone(&self.side) }
    }
}

impl<const DRAIN_SECS: u64> Drop for OwnedTracker<DRAIN_SECS> {
    fn drop(&mut self) {
        if !self.side.owns() || !self.side.shared.owners.leave() {
            return;
        }
        let core = &self.side.shared.core;
        if cfg!(debug_assertions) && core.admission().phase() == Phase::Open {
            let present: Vec<_> = core.present().into_iter().map(|(info, _)| info.site).collect();
            report::dropped_with_tasks(core.shown_name(), &present);
        }
        core.owner_gone();
    }
}

impl<const DRAIN_SECS: u64> fmt::Debug for OwnedTracker<DRAIN_SECS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedTracker")
            .field("name", &self.name())
            .field("live", &self.live())
            .field("is_draining", &self.is_draining())
            .field("owns", &self.side.owns())
            .finish_non_exhaustive()
    }
}
