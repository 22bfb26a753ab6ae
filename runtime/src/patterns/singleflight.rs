//! Single flights: the work for a key runs once for all concurrent callers.
//!
//! Invariants:
//!
//! 1. A key has at most one flight that callers can join. It is removed from the map before its end is visible, so a later
//!    caller starts new work.
//! 2. Each flight ends for its callers: with its value, with the reason that its task's hook got, or, if the task was lost,
//!    with that.

use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::panic::Location;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::flight::{Flight, FlightHook};
use super::in_flight::{InFlight, Joined};
use super::running::{Running, Work};
use crate::error::TaskError;
use crate::owner::OwnedTracker;
use crate::proof::{prove, within};
use crate::report::ErrorProbe;
use crate::task::{Call, TaskHandle};
use crate::tracker::{
    Kind, NO_GRACE, PerIsolation, SharedBinding, SpanKind, Spec, StaticTracker, TaskSite, Tracker, TrackerRef, placed,
};
use crate::util::enclosing_function;

/// Runs the work for a key once for all concurrent callers, as a detached task.
///
/// The first caller starts the work as a detached task. Callers with the same key wait for its result until it ends. A
/// caller that is dropped, even the first one, neither stops the work nor affects other callers. In contrast, `get_with` of
/// a cache, a `OnceCell` or a shared future runs in its first caller's future: when that caller is dropped, all callers
/// fail, or the next one starts again.
///
/// It is Go's `singleflight.Group`, but the work has a timeout and a [`Tracker`] (a bound, a drain that waits for it,
/// counters, reports), and its panic or timeout is an error for every caller.
///
/// The work runs in [`Context::root()`](crate::Context::root), without the values, labels, deadline and cancellation of the
/// first caller. If the result depends on the caller, for example on the user, put that into the key; otherwise one user may
/// get another user's data. The work's span follows from the first caller's span, and is not in its trace.
///
/// ```
/// use std::time::Duration;
/// use outlive::{Landed, Singleflight, Tracker};
///
/// static CACHE: Tracker = Tracker::bounded("cache", 64);
/// static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(5));
///
/// async fn load(id: u64) -> String {
///     // … the database …
///     # tokio::task::yield_now().await;
///     format!("user {id}")
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let (one, other) = tokio::join!(USERS.run(7, load(7)), USERS.run(7, load(7)));
/// let Landed { value, shared } = one.unwrap();
/// assert_eq!((value.as_str(), shared), ("user 7", true));
/// assert_eq!(other.unwrap().value, value);
/// # }
/// ```
///
/// It is not a cache: a call after the work has ended runs it again. Fill your own cache in the work.
///
/// Put it into a static or an `Arc`. The timeout is checked against the tracker's drain budget; in a static this is a
/// compile error:
///
/// ```compile_fail,E0080
/// # use std::time::Duration;
/// # use outlive::{Singleflight, Tracker};
/// static CACHE: Tracker = Tracker::bounded("cache", 64); // drains within 20 s
/// // `users` may take 30s, but a drain of its tracker waits 20s
/// static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(30));
/// ```
///
/// Each constructor call in the source is one entry of [`sites()`](crate::sites), under its name, from its first run on.
pub struct Singleflight<K, V> {
    spec: Spec,
    tracker: Source,
    pub(super) error_of: ErrorProbe<V>,
    /// Made at the first run, because neither can be made in a const.
    inner: OnceLock<Inner<K, V>>,
}

enum Source {
    Static(&'static dyn StaticTracker),
    Shared(TrackerRef),
}

struct Inner<K, V> {
    site: &'static TaskSite,
    flights: PerIsolation<InFlight<K, Flight<V>>>,
}

/// The result of a [`Singleflight`]'s work, for each of its callers.
///
/// ```
/// use std::time::Duration;
/// use outlive::{Landed, Singleflight, Tracker};
///
/// static CACHE: Tracker = Tracker::bounded("prices", 8);
/// static PRICES: Singleflight<u64, u32> = Singleflight::new("prices", &CACHE, Duration::from_secs(5));
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let Landed { value, shared } = PRICES.run(7, async { 499 }).await.unwrap();
/// assert_eq!((value, shared), (499, false)); // nobody else asked for it
/// # }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Landed<V> {
    /// The result of the work.
    pub value: V,
    /// Whether more than one caller waited for it, as Go's third result. All of them see the same answer.
    pub shared: bool,
}

/// A caller that waits for a flight.
pub struct Caller<V> {
    pub(super) flight: Arc<Flight<V>>,
    /// The handle of the work's task, or the refusal, for the caller that started it.
    pub(super) handle: Option<TaskHandle<Arc<Flight<V>>>>,
}

/// The module of a single flight whose work's type does not contain it.
const UNKNOWN: &str = "outlive";

const fn spec(name: &'static str, place: &'static Location<'static>, timeout: Duration) -> Spec {
    let (file, line) = (place.file(), place.line());
    let (kind, module, tracker) = (Kind::Task, UNKNOWN, "");
    Spec { name, kind, module, file, line, tracker, timeout, grace: NO_GRACE, minutes: 0, span: SpanKind::Apart }
}

impl<K, V> Singleflight<K, V> {
    /// Makes a single flight under a static tracker. The work for a key takes at most `timeout`.
    ///
    /// `name` is its name in reports, in spans and in [`sites()`](crate::sites).
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget; in a static, this is a compile error.
    #[must_use]
    #[track_caller]
    #[rustfmt::skip] // rustc shows the line of the name
    pub const fn new<const DRAIN_SECS: u64>( // of a name, a tracker and a timeout: it keeps no result, and has no time to live
        name: &'static str,
        tracker: &'static Tracker<DRAIN_SECS>,
        timeout: Duration,
    ) -> Self {
        let spec = spec(name, Location::caller(), timeout);
        prove(&spec, tracker.budget());
        Self { spec, tracker: Source::Static(tracker), error_of: |_| None, inner: OnceLock::new() }
    }

    /// As [`new`](Self::new), with an `Arc<Tracker>`, for a test or an application's state.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use std::time::Duration;
    /// use outlive::{Singleflight, Tracker};
    ///
    /// let tasks = Arc::new(Tracker::bounded("cache", 64));
    /// let users: Singleflight<u64, String> = Singleflight::tracked_by("users", &tasks, Duration::from_secs(5));
    /// ```
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget.
    #[must_use]
    #[track_caller]
    pub fn tracked_by<const DRAIN_SECS: u64>(
        name: &'static str,
        tracker: &Arc<Tracker<DRAIN_SECS>>,
        timeout: Duration,
    ) -> Self {
        let spec = spec(name, Location::caller(), timeout);
        prove(&spec, tracker.budget());
        Self::over(spec, TrackerRef::Shared(Arc::clone(tracker) as _))
    }

    /// As [`new`](Self::new), with the tracker of a service. It does not own the service: when the last owner was dropped, a
    /// run is refused with [`Rejected::OwnerGone`](crate::Rejected::OwnerGone), and running work ends by itself.
    ///
    /// # Panics
    ///
    /// If the timeout is zero, or more than the tracker's drain budget.
    #[must_use]
    #[track_caller]
    pub fn owned_by<const DRAIN_SECS: u64>(
        name: &'static str,
        tracker: &OwnedTracker<DRAIN_SECS>,
        timeout: Duration,
    ) -> Self {
        let spec = spec(name, Location::caller(), timeout);
        within(&spec, OwnedTracker::<DRAIN_SECS>::BUDGET);
        Self::over(spec, tracker.held().into_ref())
    }

    fn over(spec: Spec, tracker: TrackerRef) -> Self {
        Self { spec, tracker: Source::Shared(tracker), error_of: |_| None, inner: OnceLock::new() }
    }

    fn tracker_ref(&self) -> TrackerRef {
        match &self.tracker {
            Source::Static(tracker) => tracker.held().into_ref(),
            Source::Shared(tracker) => tracker.clone(),
        }
    }
}

/// The key of a single flight. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "the key of a single flight is compared, hashed and cloned, and `{Self}` is not",
    label = "write `#[derive(Clone, PartialEq, Eq, Hash)]` on `{Self}`; it is also `Send` and `'static`, without a borrow"
)]
pub trait FlightKey: Eq + Hash + Clone + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<K: Eq + Hash + Clone + Send + 'static> FlightKey for K {}

/// The result of a single flight. It is a trait for its error message.
#[diagnostic::on_unimplemented(
    message = "each caller of a single flight gets a clone of the result, and `{Self}` cannot be cloned and shared",
    label = "make it `Clone + Send + Sync`: wrap the value, or the error of a `Result`, as in `Result<User, Arc<std::io::Error>>`"
)]
pub trait Shareable: Clone + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<V: Clone + Send + Sync + 'static> Shareable for V {}

/// What a single flight does with its keys and results. The bounds are here, so that each that is not met is one error, at the call.
pub trait Runs<K, V> {
    #[doc(hidden)]
    fn joined<F: Future<Output = V> + Send + 'static>(&self, key: K, work: F) -> Caller<V>;

    #[doc(hidden)]
    fn taken(flight: &Flight<V>) -> Result<Landed<V>, Arc<TaskError>>;
}

impl<K: FlightKey, V: Shareable> Runs<K, V> for Singleflight<K, V> {
    fn joined<F: Future<Output = V> + Send + 'static>(&self, key: K, work: F) -> Caller<V> {
        self.join_or_start(key, work)
    }

    fn taken(flight: &Flight<V>) -> Result<Landed<V>, Arc<TaskError>> {
        flight.take()
    }
}

impl<K, V> Singleflight<K, V> {
    /// Returns the result of the running work for this key, or starts `work` if none is running.
    ///
    /// If work for the key is running, `work` is dropped without a poll. `work` must be `'static`, as for a spawn.
    ///
    /// Work that runs its own key waits for itself, until its timeout; another key is fine. A task that waits for work under
    /// its *own* tracker holds a place that the work may need: with a queue they wait for each other until one times out.
    /// Give such work a tracker of its own.
    ///
    /// The timeout does not include the time in the tracker's queue.
    ///
    /// # Errors
    ///
    /// Every caller gets the same error, hence the `Arc`: the work timed out, panicked (with the panic's message), was aborted by a drain,
    /// was lost with the runtime of the caller that started it, or was refused by its tracker ([`TaskError::Rejected`]). The
    /// next call starts the work again.
    ///
    /// The task's reports do not depend on its callers, with two exceptions. A refusal is not reported, because the caller
    /// gets it. An `Err` that counts as failed (see [`fallible`](Self::fallible)) is reported only if no caller is left.
    ///
    /// # Panics
    ///
    /// If the value's `Clone` panics, which makes each caller's copy, or the key's `Clone`, `Eq` or `Hash`. `Eq` and `Hash`
    /// run under a lock, and must not call this `Singleflight`.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the work running, and other callers waiting for it. If the future was never polled, it has
    /// started nothing.
    pub fn run<F>(&self, key: K, work: F) -> Running<'_, K, V, F>
    where
        F: Work<V> + Send + 'static,
        Self: Runs<K, V>,
    {
        Running::new(self, key, work, Self::joined, Self::taken)
    }
}

impl<K, V> Singleflight<K, V>
where
    K: Eq + Hash + Clone + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Sets the module of its site to the one of `F`, which is user code.
    pub(crate) fn in_module_of<F>(mut self) -> Self {
        self.spec.module = enclosing_function::<F>().unwrap_or(UNKNOWN);
        self
    }

    /// Joins the work for this key, or starts it.
    pub(crate) fn join_or_start<F>(&self, key: K, work: F) -> Caller<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let Inner { site, flights } = self.inner.get_or_init(|| {
            let tracker = if let Source::Static(tracker) = self.tracker { Some(tracker) } else { None };
            let module = if self.spec.module == UNKNOWN { enclosing_function::<F>() } else { None };
            let spec = Spec { module: module.unwrap_or(self.spec.module), ..self.spec };
            Inner { site: placed(spec, tracker), flights: PerIsolation::new(InFlight::new()) }
        });
        let flights = flights.here(InFlight::new);
        let new = || Flight::new(self.error_of);
        // A flight that has landed is in the map only if the key's own code has panicked.
        let share = |flight: &Flight<V>| {
            flight.shared.store(true, Ordering::Relaxed);
            !flight.landed.is_set()
        };
        let flight = match flights.join(key.clone(), new, share) {
            Joined::Follows(flight) => return Caller { flight, handle: None },
            Joined::Leads(flight) => flight,
        };
        let lands = FlightHook::new(&flights, key, &flight);
        let result = Arc::clone(&flight);
        let call = Call::without_origin(|isolated| SharedBinding::new(site, self.tracker_ref(), isolated));
        let handle = call.any_timeout(self.spec.timeout).with_hook(lands).spawn(
            async move {
                let value = work.await;
                drop(result.outcome.set(Ok(value)));
                result
            },
            || |flight| flight.error(),
        );
        Caller { flight, handle: Some(handle) }
    }

    /// Makes the next call for this key start new work. Callers that wait already still get the result of the running work.
    ///
    /// Use it when the data has changed since the work began, as Go's `Forget`. Returns whether work was running.
    ///
    /// ```
    /// use std::time::Duration;
    /// use outlive::{Singleflight, Tracker};
    ///
    /// static CACHE: Tracker = Tracker::bounded("cache", 64);
    /// static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(5));
    ///
    /// async fn load(id: u64) -> String {
    ///     // … the database …
    ///     # for _ in 0..9 { tokio::task::yield_now().await; }
    ///     format!("user {id}")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let loading = tokio::spawn(USERS.run(7, load(7)));
    /// # tokio::task::yield_now().await;
    /// assert_eq!(USERS.len(), 1);
    ///
    /// assert!(USERS.forget(&7)); // user 7 has changed: the next caller loads it again
    /// assert!(USERS.is_empty());
    /// assert_eq!(loading.await.unwrap().unwrap().value, "user 7"); // this caller began before
    /// # }
    /// ```
    #[allow(clippy::must_use_candidate, reason = "forgetting is what it is called for")]
    pub fn forget(&self, key: &K) -> bool // `.forget(&key)`
    {
        self.inner.get().is_some_and(|inner| inner.flights.here(InFlight::new).forget(key))
    }

    /// How many keys have running work that a call would join.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.get().map_or(0, |inner| inner.flights.here(InFlight::new).len())
    }

    /// Whether no key has running work that a call would join.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<K, V> fmt::Debug for Singleflight<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Singleflight")
            .field("name", &self.spec.name)
            .field("timeout", &self.spec.timeout)
            .finish_non_exhaustive()
    }
}
