//! Maps static trackers and functions to the stand-ins of an isolated test.
//!
//! Every call, and every reader of a static, asks [`Isolated`]. All other code works on the result. The feature `testing`
//! implements the mapping, as an [`Isolation`]. Without the feature, all of this compiles to nothing.

pub(crate) use switch::*;

#[cfg(feature = "testing")]
mod switch {
    use std::any::Any;
    use std::cell::RefCell;
    use std::future::Future;
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
    use std::sync::{Arc, OnceLock};

    use crate::tracker::{Owned, TaskSite, TrackerCore, TrackerRef};
    use crate::util::{Surrounding, Within};

    type State = Arc<dyn Any + Send + Sync>;

    /// The stand-ins of an isolated test for the process's statics.
    pub(crate) trait Isolation: Send + Sync {
        /// The id of the test. It is not 0, which is the process.
        fn id(&self) -> u64;

        fn site(&self, of: &TaskSite) -> &'static TaskSite;

        fn core(&self, of: &TrackerCore) -> &'static TrackerCore;

        /// The stand-in, if the tracker is a static.
        fn core_if_static(&self, of: &TrackerCore) -> Option<&'static TrackerCore>;

        /// The state with that number. It is made if there is none.
        fn state(&self, number: u64, new: &mut dyn FnMut() -> State) -> State;

        /// Notes that a call was made to the tracker.
        fn entered(&self, tracker: &TrackerRef);

        /// The trackers that were called.
        fn called(&self) -> Vec<TrackerRef>;
    }

    thread_local! {
        static CURRENT: RefCell<Isolated> = const { RefCell::new(Isolated::PROCESS) };
    }

    /// A hook for calls outside of every isolation.
    pub(crate) static WATCH: OnceLock<fn(&TrackerRef)> = OnceLock::new();

    /// The isolation that the code runs in, if any.
    #[derive(Clone, Default)]
    pub(crate) struct Isolated(Option<Arc<dyn Isolation>>);

    impl Isolated {
        pub(crate) const PROCESS: Self = Self(None);

        pub(crate) fn within(isolation: Arc<dyn Isolation>) -> Self {
            Self(Some(isolation))
        }

        pub(crate) fn current() -> Self {
            // A thread that is ending has no thread-locals left.
            CURRENT.try_with(|current| current.borrow().clone()).unwrap_or_default()
        }

        /// Swaps this with the thread's isolation.
        pub(crate) fn exchange(&mut self) {
            let _ = CURRENT.try_with(|current| std::mem::swap(&mut *current.borrow_mut(), self));
        }

        pub(crate) fn id(&self) -> u64 {
            self.0.as_ref().map_or(0, |isolation| isolation.id())
        }

        pub(crate) fn site<'a>(&self, site: &'a TaskSite) -> &'a TaskSite {
            match &self.0 {
                Some(isolation) if site.isolation() == 0 => isolation.site(site),
                _ => site,
            }
        }

        pub(crate) fn core<'a>(&self, core: &'a TrackerCore) -> &'a TrackerCore {
            self.0.as_ref().and_then(|isolation| isolation.core_if_static(core)).unwrap_or(core)
        }

        pub(crate) fn tracker(&self, tracker: TrackerRef) -> TrackerRef {
            match (&self.0, tracker) {
                (Some(isolation), TrackerRef::Static(Some(core))) => TrackerRef::Static(Some(isolation.core(core))),
                (_, tracker) => tracker,
            }
        }

        /// Notes that a call is made to the tracker.
        pub(crate) fn entered(&self, tracker: &TrackerRef) {
            match &self.0 {
                Some(isolation) => isolation.entered(tracker),
                None => {
                    if let Some(watch) = WATCH.get() {
                        watch(tracker);
                    }
                }
            }
        }

        /// Notes that a call is made to a service's tracker.
        pub(crate) fn entered_owned(&self, tracker: &Arc<Owned>) {
            self.entered(&TrackerRef::Shared(Arc::clone(tracker) as _));
        }

        /// Notes that a call is made to the function's static tracker.
        pub(crate) fn entered_static(&self, site: &'static TaskSite) {
            self.entered(&TrackerRef::Static(Some(site.core())));
        }

        /// The trackers that were called in the isolation. `None` for the process.
        pub(crate) fn called(&self) -> Option<Vec<TrackerRef>> {
            self.0.as_ref().map(|isolation| isolation.called())
        }
    }

    /// A state with a separate value in each isolation.
    pub(crate) struct PerIsolation<S> {
        process: Arc<S>,
        number: u64,
    }

    impl<S: Send + Sync + 'static> PerIsolation<S> {
        pub(crate) fn new(process: S) -> Self {
            static LAST: AtomicU64 = AtomicU64::new(0);
            Self { process: Arc::new(process), number: LAST.fetch_add(1, Relaxed) }
        }

        pub(crate) fn here(&self, new: impl Fn() -> S) -> Arc<S> {
            let Some(isolation) = Isolated::current().0 else { return Arc::clone(&self.process) };
            let state = isolation.state(self.number, &mut || Arc::new(new()));
            state.downcast().unwrap_or_else(|_| unreachable!("a state is known by its number"))
        }
    }

    /// Swaps the thread's isolation with this one.
    impl Surrounding for Isolated {
        fn enter(&mut self) {
            self.exchange();
        }

        fn leave(&mut self) {
            self.exchange();
        }
    }

    /// A future that is polled and dropped in an isolation.
    pub(crate) type InIsolation<F> = Within<F, Isolated>;

    /// Carries the caller's isolation into the future.
    pub(crate) fn carried<F: Future>(future: F) -> InIsolation<F> {
        InIsolation::new(future, Isolated::current())
    }
}

#[cfg(not(feature = "testing"))]
#[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "the same face as with isolation")]
mod switch {
    use std::sync::Arc;

    use crate::tracker::{Owned, TaskSite, TrackerCore, TrackerRef};

    #[derive(Clone, Default)]
    pub(crate) struct Isolated;

    impl Isolated {
        pub(crate) const PROCESS: Self = Self;

        #[inline]
        pub(crate) fn current() -> Self {
            Self
        }

        #[inline]
        pub(crate) fn exchange(&mut self) {}

        pub(crate) fn id(&self) -> u64 {
            0
        }

        #[inline]
        pub(crate) fn site<'a>(&self, site: &'a TaskSite) -> &'a TaskSite {
            site
        }

        #[inline]
        pub(crate) fn core<'a>(&self, core: &'a TrackerCore) -> &'a TrackerCore {
            core
        }

        #[inline]
        pub(crate) fn tracker(&self, tracker: TrackerRef) -> TrackerRef {
            tracker
        }

        #[inline]
        pub(crate) fn entered(&self, _: &TrackerRef) {}

        #[inline]
        pub(crate) fn entered_owned(&self, _: &Arc<Owned>) {}

        #[inline]
        pub(crate) fn entered_static(&self, _: &'static TaskSite) {}

        pub(crate) fn called(&self) -> Option<Vec<TrackerRef>> {
            None
        }
    }

    pub(crate) struct PerIsolation<S>(Arc<S>);

    impl<S> PerIsolation<S> {
        pub(crate) fn new(process: S) -> Self {
            Self(Arc::new(process))
        }

        pub(crate) fn here(&self, _: impl Fn() -> S) -> Arc<S> {
            Arc::clone(&self.0)
        }
    }

    pub(crate) fn carried<F>(future: F) -> F {
        future
    }
}
