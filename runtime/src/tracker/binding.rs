//! The binding of a task to its function and its tracker.

use std::mem;
use std::sync::Arc;

use super::core::SiteTasks;
use super::{Function, Isolated, Owned, TaskSite, TrackerCore, TrackerRef, directory};
use crate::timer::TimeoutQueues;

/// The function and the tracker of a task.
pub trait Binding: Clone + Send + 'static {
    /// The function's site.
    fn site(&self) -> &'static TaskSite;

    /// The tracker's core.
    fn core(&self) -> &TrackerCore;

    /// A clone of the tracker's reference.
    fn tracker(&self) -> TrackerRef;

    /// Moves the tracker's reference out, at the end of the task. After that only `site` may be called.
    fn take_tracker(&mut self) -> TrackerRef;

    /// Which kind of tracker its task lends to the thread.
    const LENDS: Lends;

    /// Swaps its tracker with the thread's while the task's code runs. A static tracker is not swapped.
    fn lend(&mut self, kept: &mut Lent);

    /// The function in this tracker.
    type Function: Function;

    /// The function in this tracker. Where it has to be looked up, that is done here.
    fn function(&self) -> &Self::Function;

    /// The same. `core` is the tracker's core, which is passed to save a virtual call.
    fn function_in<'a>(&'a self, core: &'a TrackerCore) -> &'a Self::Function;
}

/// Which tracker a task lends to its thread while its code runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lends {
    /// None: it is the site's static tracker.
    Nothing,
    Shared,
    Owned,
}

/// The trackers lent to this thread. The [`Lends`] of the innermost task says which one belongs to it.
pub struct Lent {
    shared: TrackerRef,
    owned: Option<Arc<Owned>>,
}

impl Lent {
    pub(crate) const NONE: Self = Self { shared: TrackerRef::NONE, owned: None };

    pub(crate) fn core(&self, which: Lends) -> Option<&TrackerCore> {
        match which {
            Lends::Nothing => None,
            Lends::Shared => Some(self.shared.core()),
            Lends::Owned => self.owned.as_ref().map(|owned| &owned.core),
        }
    }

    pub(crate) fn tracker(&self, which: Lends) -> Option<TrackerRef> {
        match which {
            Lends::Nothing => None,
            Lends::Shared => Some(self.shared.clone()),
            Lends::Owned => self.owned.as_ref().map(tracker_ref),
        }
    }

    /// A copy with only this tracker.
    pub(crate) fn of(&self, which: Lends) -> Self {
        match which {
            Lends::Nothing => Self::NONE,
            Lends::Shared => Self { shared: self.shared.clone(), ..Self::NONE },
            Lends::Owned => Self { owned: self.owned.clone(), ..Self::NONE },
        }
    }
}

#[inline]
fn tracker_ref(owned: &Arc<Owned>) -> TrackerRef {
    TrackerRef::Shared(Arc::clone(owned) as _)
}

/// A task whose tracker is the static that the function names.
#[derive(Clone, Copy)]
pub struct StaticBinding(&'static TaskSite);

impl StaticBinding {
    #[inline]
    pub(crate) fn new(site: &'static TaskSite, isolated: &Isolated) -> Self {
        let site = isolated.site(site);
        isolated.entered_static(site);
        Self(site)
    }
}

impl Binding for StaticBinding {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.0
    }

    #[inline]
    fn core(&self) -> &TrackerCore {
        self.0.core()
    }

    #[inline]
    fn tracker(&self) -> TrackerRef {
        TrackerRef::Static(Some(self.0.core()))
    }

    #[inline]
    fn take_tracker(&mut self) -> TrackerRef {
        self.tracker()
    }

    const LENDS: Lends = Lends::Nothing;

    #[inline]
    fn lend(&mut self, _: &mut Lent) {}

    type Function = Self;

    #[inline]
    fn function(&self) -> &Self {
        self
    }

    #[inline]
    fn function_in<'a>(&'a self, _: &'a TrackerCore) -> &'a Self {
        self
    }
}

/// Its tracker is the only one with its tasks.
impl Function for StaticBinding {
    #[inline]
    fn timeouts(&self) -> &TimeoutQueues {
        self.0.timeouts()
    }

    #[inline]
    fn task_arrived(&self) {
        self.0.list();
    }

    #[inline]
    fn task_left(&self) {}
}

/// A task with any tracker.
#[derive(Clone)]
pub struct SharedBinding {
    site: &'static TaskSite,
    /// Lent while its task's code runs.
    tracker: TrackerRef,
}

impl SharedBinding {
    #[inline]
    pub(crate) fn new(site: &'static TaskSite, tracker: TrackerRef, isolated: &Isolated) -> Self {
        let tracker = isolated.tracker(tracker);
        isolated.entered(&tracker);
        if isolated.id() == 0 && !tracker.core().is_in_directory() {
            directory::add(&tracker);
        }
        Self { site: isolated.site(site), tracker }
    }
}

impl Binding for SharedBinding {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.site
    }

    #[inline]
    fn core(&self) -> &TrackerCore {
        self.tracker.core()
    }

    #[inline]
    fn tracker(&self) -> TrackerRef {
        self.tracker.clone()
    }

    #[inline]
    fn take_tracker(&mut self) -> TrackerRef {
        mem::replace(&mut self.tracker, TrackerRef::NONE)
    }

    const LENDS: Lends = Lends::Shared;

    #[inline]
    fn lend(&mut self, kept: &mut Lent) {
        mem::swap(&mut self.tracker, &mut kept.shared);
    }

    type Function = SiteTasks;

    #[inline]
    fn function(&self) -> &SiteTasks {
        self.core().tasks_of(self.site)
    }

    #[inline]
    fn function_in<'a>(&'a self, core: &'a TrackerCore) -> &'a SiteTasks {
        core.tasks_of(self.site)
    }
}

/// A task with a service's tracker.
#[derive(Clone)]
pub struct OwnedBinding {
    site: &'static TaskSite,
    /// Lent while its task's code runs.
    tracker: Option<Arc<Owned>>,
}

impl OwnedBinding {
    #[inline]
    pub(crate) fn new(site: &'static TaskSite, tracker: Arc<Owned>, isolated: &Isolated) -> Self {
        isolated.entered_owned(&tracker);
        if isolated.id() == 0 && !tracker.core.is_in_directory() {
            directory::add(&tracker_ref(&tracker));
        }
        Self { site: isolated.site(site), tracker: Some(tracker) }
    }

    #[inline]
    pub(super) fn of(site: &'static TaskSite, tracker: Arc<Owned>) -> Self {
        Self { site, tracker: Some(tracker) }
    }

    #[inline]
    pub(super) fn is_taken(&self) -> bool {
        self.tracker.is_none()
    }

    #[inline]
    pub(super) fn take(&mut self) -> Option<Arc<Owned>> {
        self.tracker.take()
    }

    #[inline]
    fn held(&self) -> &Arc<Owned> {
        match &self.tracker {
            Some(tracker) => tracker,
            None => unreachable!("nobody asks while it is lent"),
        }
    }
}

impl Binding for OwnedBinding {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.site
    }

    #[inline]
    fn core(&self) -> &TrackerCore {
        &self.held().core
    }

    #[inline]
    fn tracker(&self) -> TrackerRef {
        tracker_ref(self.held())
    }

    #[inline]
    fn take_tracker(&mut self) -> TrackerRef {
        let taken = self.tracker.take().unwrap_or_else(|| unreachable!("it is taken out at the end, and once"));
        TrackerRef::Shared(taken as _)
    }

    const LENDS: Lends = Lends::Owned;

    #[inline]
    fn lend(&mut self, kept: &mut Lent) {
        mem::swap(&mut self.tracker, &mut kept.owned);
    }

    type Function = SiteTasks;

    #[inline]
    fn function(&self) -> &SiteTasks {
        self.core().tasks_of(self.site)
    }

    #[inline]
    fn function_in<'a>(&'a self, core: &'a TrackerCore) -> &'a SiteTasks {
        core.tasks_of(self.site)
    }
}
