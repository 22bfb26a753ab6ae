//! The trait of services that own their tasks.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

#[cfg(doc)]
use super::OwnedTracker;
use crate::tracker::{DrainReport, Held};

/// A service that owns its tasks. Derive it: `#[derive(Clone, TaskOwner)]`.
pub trait TaskOwner {
    /// How long a shutdown may take: the drain budget of its tracker.
    const DRAIN_BUDGET: Duration;

    /// Ends the service's tasks, as [`Tracker::drain`](crate::Tracker::drain) does: it refuses calls, cancels loops and
    /// workers, waits for the other tasks, cancels those that do not end in time, and returns a report. Any number of owners
    /// may call it; all get the same report.
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
