//! Where a task belongs: to a function, and a tracker.

use std::mem;

use super::{Isolated, TaskSite, TrackerCore, TrackerRef, directory};
use crate::timer::TimeoutQueues;

/// Where a task belongs: to a function, and a tracker.
pub trait Binding: Clone + Send + 'static {
    /// Whose call it is.
    fn site(&self) -> &'static TaskSite;

    /// What the tracker is made of.
    fn core(&self) -> &TrackerCore;

    /// The tracker, to keep.
    fn tracker(&self) -> TrackerRef;

    /// Moves the tracker out, at the end. After that only `site` may be asked.
    fn take_tracker(&mut self) -> TrackerRef;

    /// Its tracker is not its site's own.
    const IS_SHARED: bool;

    /// Swaps its tracker with the thread's, while the task's code runs. A static has nothing to swap.
    fn lend(&mut self, kept: &mut Option<TrackerRef>);

    /// Of the tasks like it.
    fn timeouts(&self) -> &TimeoutQueues;

    /// Counts in a task that has no entry in the registry. `core` is its tracker's: to ask for that is a call, where it is shared.
    fn task_arrived(&self, core: &TrackerCore);

    /// Counts it out.
    fn task_left(&self, core: &TrackerCore);
}

/// The static tracker that the function names.
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
        TrackerRef::Static(self.0.core())
    }

    #[inline]
    fn take_tracker(&mut self) -> TrackerRef {
        self.tracker()
    }

    const IS_SHARED: bool = false;

    #[inline]
    fn lend(&mut self, _: &mut Option<TrackerRef>) {}

    #[inline]
    fn timeouts(&self) -> &TimeoutQueues {
        self.0.timeouts()
    }

    #[inline]
    fn task_arrived(&self, _: &TrackerCore) {
        self.0.list();
    }

    #[inline]
    fn task_left(&self, _: &TrackerCore) {}
}

/// Any tracker.
#[derive(Clone)]
pub struct SharedBinding {
    site: &'static TaskSite,
    /// Lent while its task's code runs.
    tracker: Option<TrackerRef>,
}

impl SharedBinding {
    #[inline]
    pub(crate) fn new(site: &'static TaskSite, tracker: TrackerRef, isolated: &Isolated) -> Self {
        let tracker = isolated.tracker(tracker);
        isolated.entered(&tracker);
        if isolated.id() == 0 && !tracker.core().is_known() {
            directory::add(&tracker);
        }
        Self { site: isolated.site(site), tracker: Some(tracker) }
    }

    #[inline]
    fn held(&self) -> &TrackerRef {
        match &self.tracker {
            Some(tracker) => tracker,
            None => unreachable!("nobody asks while it is lent"),
        }
    }
}

impl Binding for SharedBinding {
    #[inline]
    fn site(&self) -> &'static TaskSite {
        self.site
    }

    #[inline]
    fn core(&self) -> &TrackerCore {
        self.held().core()
    }

    #[inline]
    fn tracker(&self) -> TrackerRef {
        self.held().clone()
    }

    #[inline]
    fn take_tracker(&mut self) -> TrackerRef {
        self.tracker.take().unwrap_or_else(|| unreachable!("it is taken out at the end, and once"))
    }

    const IS_SHARED: bool = true;

    #[inline]
    fn lend(&mut self, kept: &mut Option<TrackerRef>) {
        mem::swap(&mut self.tracker, kept);
    }

    #[inline]
    fn timeouts(&self) -> &TimeoutQueues {
        self.core().tasks_of(self.site).timeouts()
    }

    #[inline]
    fn task_arrived(&self, core: &TrackerCore) {
        core.tasks_of(self.site).task_arrived();
    }

    #[inline]
    fn task_left(&self, core: &TrackerCore) {
        core.tasks_of(self.site).task_left();
    }
}
