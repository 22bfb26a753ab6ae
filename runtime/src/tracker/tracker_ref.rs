//! References to trackers, as tasks hold them.

use std::sync::Arc;
use std::time::Duration;

use super::{Isolated, Owned, Tracker, TrackerCore};

/// A reference to a tracker: a static, or a shared one.
#[derive(Clone)]
pub enum TrackerRef {
    /// None, while the reference is lent, or after it was taken out. An `Option` around both variants would be larger by 8 bytes.
    Static(Option<&'static TrackerCore>),
    Shared(Arc<dyn HasCore>),
}

/// A shared tracker, without its budget in the type.
pub trait HasCore: Send + Sync + 'static {
    fn core(&self) -> &TrackerCore;

    /// How many own it, where it is a service's.
    fn owners(&self) -> Option<usize> {
        None
    }
}

impl<const DRAIN_SECS: u64> HasCore for Tracker<DRAIN_SECS> {
    fn core(&self) -> &TrackerCore {
        Tracker::core(self)
    }
}

impl TrackerRef {
    pub(crate) const NONE: Self = Self::Static(None);

    #[inline]
    pub(crate) fn core(&self) -> &TrackerCore {
        match self {
            Self::Static(Some(core)) => core,
            Self::Static(None) => unreachable!("nobody asks while it is lent"),
            Self::Shared(tracker) => tracker.core(),
        }
    }

    /// How many own it, where it is a service's.
    pub(crate) fn owners(&self) -> Option<usize> {
        match self {
            Self::Static(_) => None,
            Self::Shared(tracker) => tracker.owners(),
        }
    }

    /// The tracker in the current isolation: in an isolated test, a static's stand-in.
    pub(crate) fn here(self) -> Self {
        Isolated::current().tracker(self)
    }
}

/// A reference to a tracker that a task holds.
pub struct Held(Kept);

enum Kept {
    Any(TrackerRef),
    Owned(Arc<Owned>),
}

impl Held {
    #[inline]
    pub(crate) fn new(tracker: TrackerRef) -> Self {
        Self(Kept::Any(tracker))
    }

    #[inline]
    pub(crate) fn owned(tracker: Arc<Owned>) -> Self {
        Self(Kept::Owned(tracker))
    }

    #[inline]
    pub(crate) fn into_ref(self) -> TrackerRef {
        match self.0 {
            Kept::Any(tracker) => tracker,
            Kept::Owned(tracker) => TrackerRef::Shared(tracker as _),
        }
    }

    /// The service's tracker, if it is one.
    #[inline]
    pub(crate) fn into_owned(self) -> Option<Arc<Owned>> {
        match self.0 {
            Kept::Any(_) => None,
            Kept::Owned(tracker) => Some(tracker),
        }
    }
}

/// A static tracker, without its budget in the type.
pub trait StaticTracker: Send + Sync + 'static {
    #[doc(hidden)]
    fn held(&'static self) -> Held;

    #[doc(hidden)]
    fn core(&'static self) -> &'static TrackerCore;

    #[doc(hidden)]
    fn drain_budget(&self) -> Duration;
}

impl<const DRAIN_SECS: u64> StaticTracker for Tracker<DRAIN_SECS> {
    fn held(&'static self) -> Held {
        Held::new(TrackerRef::Static(Some(Tracker::core(self))))
    }

    fn core(&'static self) -> &'static TrackerCore {
        Tracker::core(self)
    }

    fn drain_budget(&self) -> Duration {
        self.budget()
    }
}
