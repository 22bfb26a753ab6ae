//! The trait of services that own their tasks.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

#[cfg(doc)]
use super::OwnedTracker;
use crate::tracker::{DrainReport, Held};

/// A service that owns its tasks. Derive it: `#[derive(Clone, outlive::TaskOwner)]`.
///
/// The [derive](macro@crate::TaskOwner) has an example. Write it by hand for a service that ends by other means than an
/// [`OwnedTracker`]: a [`Shutdown`](crate::Shutdown) waits for its `shutdown` for `DRAIN_BUDGET` and one second.
///
/// ```
/// use std::time::Duration;
/// use outlive::{DrainReport, Shutdown, TaskOwner, Tracker};
///
/// struct Gateway {
///     tasks: Tracker<5>,
/// }
///
/// impl TaskOwner for Gateway {
///     const DRAIN_BUDGET: Duration = Duration::from_secs(5);
///
///     async fn shutdown(&self) -> DrainReport {
///         // … say goodbye to the peers …
///         self.tasks.drain().await
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let gateway = Gateway { tasks: Tracker::bounded("gateway", 8).drain_budget() };
/// let report = Shutdown::new().phase("gateway").owner(gateway).run().await;
/// assert!(report.is_clean(), "{report}");
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no service that owns its tasks",
    label = "give the service itself, or its clone: `rates.clone()`",
    note = "a service has `#[derive(Clone, outlive::TaskOwner)]`; a static tracker is added by `.tracker(&AUDIT)`, an `Arc<Tracker>` by \
            `.shared(tracker)`"
)]
pub trait TaskOwner {
    /// How long a shutdown may take: the drain budget of its tracker.
    const DRAIN_BUDGET: Duration;

    /// Ends the service's tasks, as [`Tracker::drain`](crate::Tracker::drain) does: it refuses calls, cancels loops and
    /// workers, waits for the other tasks, cancels those that do not end in time, and returns a report. Any number of owners
    /// may call it; all get the same report.
    ///
    /// # Panics
    ///
    /// The derived one panics as [`Tracker::drain`](crate::Tracker::drain) does: if tasks are left, and it is polled outside a
    /// tokio runtime with a time driver.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future of the derived one leaves the tracker closed, and its tasks are no longer cancelled in time. Another
    /// call continues the drain, as with [`Tracker::drain`](crate::Tracker::drain).
    fn shutdown(&self) -> impl Future<Output = DrainReport> + Send;

    /// Implemented by the derive, so that a stopped shutdown can name the running tasks.
    #[doc(hidden)]
    fn __tracker(&self) -> Option<Held> {
        None
    }
}

impl<S: TaskOwner + ?Sized + Send + Sync> TaskOwner for Arc<S> {
    const DRAIN_BUDGET: Duration = S::DRAIN_BUDGET;

    fn shutdown(&self) -> impl Future<Output = DrainReport> + Send {
        S::shutdown(self)
    }

    fn __tracker(&self) -> Option<Held> {
        S::__tracker(self)
    }
}
