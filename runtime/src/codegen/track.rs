//! The trackers that `track = …` accepts.

use std::sync::Arc;
use std::time::Duration;

use crate::owner::OwnedTracker;
use crate::tracker::{Held, StaticTracker, Tracker, TrackerRef};

/// A static that `track = …` accepts. It is a trait only for its error message.
#[diagnostic::on_unimplemented(
    message = "`track` takes a static `Tracker`, or an expression that gives an `Arc<Tracker>`",
    label = "this is `{Self}`, which cannot track tasks",
    note = "make it a static of this type: `static AUDIT: Tracker = Tracker::bounded(\"audit\", 64);`, which needs no `LazyLock`"
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
    note = "make a static: `static AUDIT: Tracker = Tracker::bounded(\"audit\", 64);`, and write `track = AUDIT`; one that is named in \
            lower case is written as `&audit`",
    note = "or make one that all calls share: an `Arc<Tracker>` in a field or in an argument, as in `track = app.tasks`"
)]
pub trait Track {
    const BUDGET: Duration;

    #[doc(hidden)]
    fn held(&self) -> Held;
}

#[diagnostic::do_not_recommend]
impl<const DRAIN_SECS: u64> Track for Arc<Tracker<DRAIN_SECS>> {
    const BUDGET: Duration = Tracker::<DRAIN_SECS>::BUDGET;

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
