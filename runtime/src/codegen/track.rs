//! The trackers that `track = …` accepts.

use std::sync::Arc;
use std::time::Duration;

use crate::owner::OwnedTracker;
use crate::report;
use crate::tracker::{Held, StaticTracker, TaskSite, Tracker, TrackerRef};

/// A static that `track = …` accepts. It is a trait only for its error message.
#[diagnostic::on_unimplemented(
    message = "`track` takes a static `Tracker`, or an expression that gives an `Arc<Tracker>`",
    label = "this is `{Self}`, which cannot track tasks",
    note = "make it a static of this type: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`, which needs no `LazyLock`"
)]
pub trait StaticTrack: StaticTracker {
    const BUDGET: Duration;
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> StaticTrack for Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Self::BUDGET;
}

/// The value of an expression that `track = …` accepts.
#[diagnostic::on_unimplemented(
    message = "`track` takes a static `Tracker`, or an expression that gives an `Arc<Tracker>`",
    label = "this is `{Self}`, which cannot track tasks",
    note = "make a static: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`, and write `track = AUDIT`; one that is named in \
            lower case is written as `&audit`",
    note = "or make one that all calls share: an `Arc<Tracker>` in a field or in an argument, as in `track = app.tasks`"
)]
pub trait Track {
    const BUDGET: Duration;

    #[doc(hidden)]
    fn held(&self) -> Held;

    /// The tracker's name, if nobody else holds it.
    #[doc(hidden)]
    fn name_if_sole(&self) -> Option<&'static str> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> Track for Arc<Tracker<DRAIN_SECS>> {
    const BUDGET: Duration = Tracker::<DRAIN_SECS>::BUDGET;

    fn name_if_sole(&self) -> Option<&'static str> {
        (Arc::strong_count(self) == 1 && Arc::weak_count(self) == 0).then(|| self.name())
    }

    #[inline]
    fn held(&self) -> Held {
        Held::new(TrackerRef::Shared(Arc::clone(self) as _))
    }
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> Track for &'static Tracker<DRAIN_SECS> {
    const BUDGET: Duration = Tracker::<DRAIN_SECS>::BUDGET;

    fn held(&self) -> Held {
        StaticTracker::held(*self)
    }
}

impl<const DRAIN_SECS: u64> Track for OwnedTracker<DRAIN_SECS> {
    const BUDGET: Duration = Self::BUDGET;

    #[inline]
    fn held(&self) -> Held {
        Self::held(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: Track> Track for &T {
    const BUDGET: Duration = T::BUDGET;

    fn held(&self) -> Held {
        T::held(self)
    }
}

/// The result of a function whose name says that it creates something: a tracker by value would be a new one in each call. It is a
/// trait for its error message.
#[diagnostic::on_unimplemented(
    message = "`track` would be given a tracker of each call's own, so that nothing is bounded, and no shutdown waits for the task",
    label = "gives `{Self}` by value: make one once, and give a reference to it",
    note = "write `track = AUDIT`, where `AUDIT` is a static of yours: `static AUDIT: outlive::Tracker = outlive::Tracker::bounded(\"audit\", 64);`; or let \
            the function give a `&'static Arc<Tracker>`, out of a `OnceLock`"
)]
pub trait MadeOnce: Track {}

#[diagnostic::do_not_recommend]
impl<T: Track> MadeOnce for &T {}

/// Checks the result of such a function. `call_in` takes a reference.
#[must_use]
pub fn made_once<T: MadeOnce>(tracker: &T) -> &T {
    tracker
}

/// The result of any other call. Debug builds warn if nobody else holds it.
#[must_use]
#[inline]
pub fn given<'a, T: Track>(site: &'static TaskSite, tracker: &'a T) -> &'a T {
    if cfg!(debug_assertions) {
        if let Some(name) = tracker.name_if_sole() {
            report::nobody_elses(site, name);
        }
    }
    tracker
}
