//! The trait that the derive implements for a service.

use std::future::Future;
use std::time::Duration;

use crate::owner::OwnedTracker;
use crate::tracker::{DrainReport, Held};

/// Access to a service's tracker field. It is derived.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not own its tasks",
    label = "no `TaskOwner`",
    note = "derive it: `#[derive(Clone, outlive::TaskOwner)]`, with a field `tasks: outlive::OwnedTracker`"
)]
pub trait Owner: 'static {
    const BUDGET: Duration;

    #[doc(hidden)]
    fn held(&self) -> Held;

    fn disown(&mut self, owner: &Self);
}

#[must_use]
#[inline]
pub fn disowned<const DRAIN_SECS: u64>(tracker: &OwnedTracker<DRAIN_SECS>) -> OwnedTracker<DRAIN_SECS> {
    tracker.disowned()
}

pub fn shutdown<const DRAIN_SECS: u64>(
    tracker: &OwnedTracker<DRAIN_SECS>,
) -> impl Future<Output = DrainReport> + Send + use<'_, DRAIN_SECS> {
    tracker.drained()
}

/// The clone for a task, which is not an owner. A hand-written `Clone` may make a new tracker; the clone gets its owner's
/// tracker all the same.
#[must_use]
#[inline]
pub fn lend<S: Owner + Clone>(owner: &S) -> S {
    let mut lent = S::clone(owner);
    lent.disown(owner);
    lent
}
