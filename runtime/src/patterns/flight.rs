//! One run of a single flight's work: the result that its callers wait for, and its delivery.

use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

use super::Landed;
use super::in_flight::InFlight;
use crate::error::{Panic, Rejected, TaskError};
use crate::report::{self, ErrorProbe, ErrorView, Facts};
use crate::task::{Hook, Named, Reason};
use crate::tracker::Outcome;
use crate::util::quietly;
use crate::util::sync::lock;

/// One run of the work, shared by its task and its callers.
pub struct Flight<V> {
    pub(super) outcome: OnceLock<Result<V, Arc<TaskError>>>,
    pub(super) landed: Landing,
    pub(super) shared: AtomicBool,
    error_of: ErrorProbe<V>,
    /// The report of an `Err` that no caller has taken yet.
    unseen: Mutex<Option<Facts>>,
}

impl<V> Flight<V> {
    pub(super) fn new(error_of: ErrorProbe<V>) -> Self {
        Self {
            outcome: OnceLock::new(),
            landed: Landing::default(),
            shared: AtomicBool::new(false),
            error_of,
            unseen: Mutex::new(None),
        }
    }

    pub(super) fn error(&self) -> Option<ErrorView<'_>> {
        self.outcome.get()?.as_ref().ok().and_then(self.error_of)
    }

    fn unseen(&self) -> MutexGuard<'_, Option<Facts>> {
        lock(&self.unseen)
    }

    /// Its result, for one of its callers. It does not change after `landed` is set.
    pub(super) fn take(&self) -> Result<Landed<V>, Arc<TaskError>>
    where
        V: Clone,
    {
        drop(self.unseen().take());
        let shared = self.shared.load(Ordering::Relaxed);
        match self.outcome.get() {
            Some(Ok(value)) => Ok(Landed { value: value.clone(), shared }),
            Some(Err(error)) => Err(Arc::clone(error)),
            None => Err(Arc::new(TaskError::Lost)),
        }
    }
}

impl<V> Drop for Flight<V> {
    fn drop(&mut self) {
        let Some(facts) = self.unseen().take() else { return };
        if let Some(error) = self.error() {
            report::send(Outcome::Failed, &facts, &error);
        }
    }
}

/// The task's hook: it delivers the result at every end of the task.
pub(super) struct FlightHook<K: Eq + Hash, V> {
    /// Dropped when the end was counted and reported, before the task's place is free, so that a drain waits for it.
    landing: Option<Departure<K, V>>,
    /// Dropped with the task itself, so that a woken caller finds its place free.
    _wake: WakeWaiters<V>,
}

impl<K: Eq + Hash, V> FlightHook<K, V> {
    pub(super) fn new(flights: &Arc<InFlight<K, Flight<V>>>, key: K, flight: &Arc<Flight<V>>) -> Self {
        let landing = Departure { flights: Arc::clone(flights), key: Some(key), flight: Arc::clone(flight) };
        Self { landing: Some(landing), _wake: WakeWaiters(Arc::downgrade(flight)) }
    }
}

/// Removes the flight from the map when it is dropped, so that the next caller starts new work.
pub(super) struct Departure<K: Eq + Hash, V> {
    flights: Arc<InFlight<K, Flight<V>>>,
    key: Option<K>,
    flight: Arc<Flight<V>>,
}

impl<K: Eq + Hash, V> Drop for Departure<K, V> {
    fn drop(&mut self) {
        let Some(key) = self.key.take() else { return };
        // The key's own code may panic, here and in its destructor. One of the panics is reported.
        let broken = quietly(|| self.flights.remove(&key, &self.flight));
        let broken = broken.or(quietly(|| drop(key)));
        if let Some(message) = broken.filter(|_| !std::thread::panicking()) {
            panic!("{message}");
        }
    }
}

/// The moment from which on callers may take the result.
#[derive(Default)]
pub(super) struct Landing {
    is_set: AtomicBool,
    waiters: Arc<Notify>,
}

impl Landing {
    fn set(&self) {
        self.is_set.store(true, Ordering::SeqCst);
        self.waiters.notify_waiters();
    }

    pub(super) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::SeqCst)
    }

    /// Is notified if it was made before `set`. So look at `is_set` after making it.
    pub(super) fn waiter(&self) -> OwnedNotified {
        Arc::clone(&self.waiters).notified_owned()
    }
}

/// Wakes the waiting callers when it is dropped.
struct WakeWaiters<V>(Weak<Flight<V>>);

impl<V> Drop for WakeWaiters<V> {
    fn drop(&mut self) {
        if let Some(flight) = self.0.upgrade() {
            flight.landed.set();
        }
    }
}

impl<K, V> Hook for FlightHook<K, V>
where
    K: Eq + Hash + Send + 'static,
    V: Send + Sync + 'static,
{
    type Kept = Departure<K, V>;

    fn take(&mut self) -> Option<Departure<K, V>> {
        self.landing.take()
    }

    fn run(&mut self, (site, tracker): Named, _: bool, reason: Reason) -> Option<Box<str>> {
        let error = match reason {
            Reason::Rejected(rejected) => TaskError::Rejected(rejected),
            Reason::NeverStarted => TaskError::Rejected(Rejected::Draining),
            Reason::TimedOut { timeout, grace } => TaskError::TimedOut { timeout, grace, site, tracker },
            Reason::Panicked(message) => TaskError::Panicked(Panic::new(Box::new(message)).of(site, tracker)),
            Reason::Cancelled(cause) => TaskError::Cancelled(cause),
            Reason::Lost => TaskError::Lost,
            // An `Err` is a value, and was stored already.
            Reason::Failed(_) => return None,
        };
        if let Some(landing) = &self.landing {
            drop(landing.flight.outcome.set(Err(Arc::new(error))));
        }
        None
    }

    fn hears(&mut self, facts: Facts) -> Option<Facts> {
        let Some(landing) = &self.landing else { return Some(facts) };
        *landing.flight.unseen() = Some(facts);
        None
    }
}
