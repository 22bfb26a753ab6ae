//! Whose static trackers and sites the running code means: the process's, or those of an isolated test.
//!
//! A test's world has a twin of each that is used in it, made at its first use. Every call goes through
//! [`World::enter`], every reader of a static through `here`, and everything behind them works on what it is given:
//! nothing else knows of twins. Without the feature `testing` all of this is nothing.

pub(crate) use twins::*;

#[cfg(feature = "testing")]
mod twins {
    use std::any::Any;
    use std::collections::HashMap;
    use std::future::Future;
    use std::ops::Deref;
    use std::pin::Pin;
    use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
    use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
    use std::task::{Context, Poll};

    use crate::tracker::{Home, Station, Stationed};
    use crate::{TaskSite, ambient};

    /// The process's is none of its own.
    #[derive(Clone, Default)]
    pub(crate) struct World(Option<Arc<Twins>>);

    impl World {
        pub(crate) const PROCESS: Self = Self(None);
    }

    #[derive(Default)]
    struct Twins {
        /// What its sites are known by.
        id: u64,
        /// By the address of what each is the twin of. Never freed, as the public face gives sites for ever.
        sites: Mutex<HashMap<usize, &'static TaskSite>>,
        trackers: Mutex<Trackers>,
        /// What else is of each world's own.
        states: Mutex<HashMap<u64, Arc<dyn Any + Send + Sync>>>,
    }

    /// Those that calls have been made to.
    #[derive(Default)]
    struct Trackers {
        /// By the address of the static. In a test's world, its twin.
        statics: HashMap<usize, Home>,
        /// By their own. An address is not given anew while a `Weak` knows it.
        shared: HashMap<usize, Weak<dyn Stationed>>,
    }

    impl Trackers {
        fn share(&mut self, tracker: &Arc<dyn Stationed>) {
            self.shared.entry(tracker.station().address()).or_insert_with(|| Arc::downgrade(tracker));
        }

        fn all(&self) -> impl Iterator<Item = Home> {
            let shared = self.shared.values().filter_map(|tracker| tracker.upgrade().map(Home::Shared));
            self.statics.values().cloned().chain(shared)
        }
    }

    /// How many look at the process from outside of every world. Its trackers are noted only for them.
    static WATCHES: AtomicUsize = AtomicUsize::new(0);
    static PROCESS: LazyLock<Mutex<Trackers>> = LazyLock::new(Mutex::default);

    fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
        of.lock().unwrap_or_else(PoisonError::into_inner)
    }

    impl World {
        pub(crate) fn new() -> Self {
            // That of the process's sites is 0.
            static LAST: AtomicU64 = AtomicU64::new(0);
            let id = LAST.fetch_add(1, Relaxed) + 1;
            Self(Some(Arc::new(Twins { id, ..Twins::default() })))
        }

        pub(crate) fn id(&self) -> u64 {
            self.0.as_ref().map_or(0, |twins| twins.id)
        }

        /// What a call made here means.
        pub(crate) fn enter(&self, site: &'static TaskSite, home: Home) -> (&'static TaskSite, Home) {
            let home = match (&self.0, home) {
                (Some(twins), Home::Site(station)) => twins.tracker(station),
                (Some(twins), Home::Shared(tracker)) => {
                    lock(&twins.trackers).share(&tracker);
                    Home::Shared(tracker)
                }
                (None, home) => {
                    if WATCHES.load(Relaxed) > 0 {
                        let mut known = lock(&PROCESS);
                        match &home {
                            Home::Site(station) => drop(known.statics.insert(station.address(), home.clone())),
                            Home::Shared(tracker) => known.share(tracker),
                        }
                    }
                    home
                }
            };
            (self.site(site), home)
        }

        pub(crate) fn site<'a>(&self, site: &'a TaskSite) -> &'a TaskSite {
            match &self.0 {
                Some(twins) if site.world() == 0 => twins.site(site),
                _ => site,
            }
        }

        /// The tasks that live here, each with its tracker's name.
        pub(crate) fn tasks(&self) -> Vec<(&'static TaskSite, &'static str)> {
            let homes: Vec<Home> = match &self.0 {
                Some(twins) => lock(&twins.trackers).all().collect(),
                None => lock(&PROCESS).all().collect(),
            };
            let mut tasks = Vec::new();
            for home in homes {
                let station = home.station();
                let present = station.present().into_iter().map(|(ticket, _)| ticket.site);
                // A tracker that worlds share has tasks of each.
                let own = present.filter(|site| site.world() == self.id());
                tasks.extend(own.map(|site| (site, station.name())));
            }
            tasks
        }

        /// Notes what calls are made to, from here on, until as many have unwatched.
        pub(crate) fn watch(&self) {
            if self.0.is_none() {
                let _known = lock(&PROCESS);
                WATCHES.fetch_add(1, Relaxed);
            }
        }

        pub(crate) fn unwatch(&self) {
            if self.0.is_none() {
                let mut known = lock(&PROCESS);
                if WATCHES.fetch_sub(1, Relaxed) == 1 {
                    *known = Trackers::default();
                }
            }
        }
    }

    impl Twins {
        fn site(&self, site: &TaskSite) -> &'static TaskSite {
            let mut sites = lock(&self.sites);
            sites.entry(std::ptr::from_ref(site).addr()).or_insert_with(|| Box::leak(Box::new(site.twin(self.id))))
        }

        fn tracker(&self, station: &Station) -> Home {
            let mut trackers = lock(&self.trackers);
            let twin = || Home::Shared(Arc::new(station.twin()));
            trackers.statics.entry(station.address()).or_insert_with(twin).clone()
        }
    }

    impl Stationed for Station {
        fn station(&self) -> &Station {
            self
        }
    }

    impl Home {
        /// What it is where this code runs.
        pub(crate) fn here(self) -> Self {
            match (ambient::world().0, self) {
                (Some(twins), Self::Site(station)) => twins.tracker(station),
                (_, home) => home,
            }
        }
    }

    /// A state of which each world has one of its own.
    pub(crate) struct PerWorld<S> {
        process: Arc<S>,
        id: u64,
    }

    impl<S: Send + Sync + 'static> PerWorld<S> {
        pub(crate) fn new(process: S) -> Self {
            static LAST: AtomicU64 = AtomicU64::new(0);
            Self { process: Arc::new(process), id: LAST.fetch_add(1, Relaxed) }
        }

        pub(crate) fn here(&self, new: impl FnOnce() -> S) -> Arc<S> {
            let Some(twins) = ambient::world().0 else { return Arc::clone(&self.process) };
            let state = Arc::clone(lock(&twins.states).entry(self.id).or_insert_with(|| Arc::new(new())));
            state.downcast().unwrap_or_else(|_| unreachable!("a state is known by its number"))
        }
    }

    /// A tracker, as the code that runs sees it.
    pub(crate) enum Here<'a> {
        Itself(&'a Station),
        Twin(Home),
    }

    impl Deref for Here<'_> {
        type Target = Station;

        fn deref(&self) -> &Station {
            match self {
                Self::Itself(station) => station,
                Self::Twin(home) => home.station(),
            }
        }
    }

    impl Station {
        /// Only a static has a twin. It is known as one by a function that names it, or by a call made before.
        pub(crate) fn here(&self) -> Here<'_> {
            let Some(twins) = ambient::world().0 else { return Here::Itself(self) };
            let is_static = || {
                let named = crate::site::made().filter_map(crate::TaskSite::tracker);
                named.map(|tracker| tracker.keep().into_home()).any(|home| home.station().address() == self.address())
            };
            let is_known = lock(&twins.trackers).statics.contains_key(&self.address());
            if is_known || is_static() { Here::Twin(twins.tracker(self)) } else { Here::Itself(self) }
        }
    }

    pin_project_lite::pin_project! {
        /// Polled and dropped in its world.
        pub(crate) struct InWorld<F> {
            #[pin]
            future: Option<F>,
            world: World,
        }

        impl<F> PinnedDrop for InWorld<F> {
            fn drop(this: Pin<&mut Self>) {
                let mut this = this.project();
                let _entered = Entered::new(this.world);
                this.future.set(None);
            }
        }
    }

    impl<F> InWorld<F> {
        pub(crate) fn new(world: World, future: F) -> Self {
            Self { future: Some(future), world }
        }
    }

    impl<F: Future> Future for InWorld<F> {
        type Output = F::Output;

        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            let this = self.project();
            let _entered = Entered::new(this.world);
            this.future.as_pin_mut().expect("polled before its drop").poll(cx)
        }
    }

    /// Exchanges the thread's world for another, until dropped.
    struct Entered<'a> {
        own: &'a mut World,
    }

    impl<'a> Entered<'a> {
        fn new(own: &'a mut World) -> Self {
            ambient::exchange_world(own);
            Self { own }
        }
    }

    impl Drop for Entered<'_> {
        fn drop(&mut self) {
            ambient::exchange_world(self.own);
        }
    }

    /// The world of the code that calls this goes along.
    pub(crate) fn carried<F: Future>(future: F) -> InWorld<F> {
        InWorld::new(ambient::world(), future)
    }
}

#[cfg(not(feature = "testing"))]
#[allow(clippy::unused_self, clippy::trivially_copy_pass_by_ref, reason = "the same face as with twins")]
mod twins {
    use std::sync::Arc;

    use crate::TaskSite;
    use crate::tracker::{Home, Station};

    #[derive(Clone, Default)]
    pub(crate) struct World;

    impl World {
        pub(crate) const PROCESS: Self = Self;

        pub(crate) fn id(&self) -> u64 {
            0
        }

        pub(crate) fn enter(&self, site: &'static TaskSite, home: Home) -> (&'static TaskSite, Home) {
            (site, home)
        }

        pub(crate) fn site<'a>(&self, site: &'a TaskSite) -> &'a TaskSite {
            site
        }
    }

    impl Home {
        pub(crate) fn here(self) -> Self {
            self
        }
    }

    impl Station {
        pub(crate) fn here(&self) -> &Self {
            self
        }
    }

    pub(crate) struct PerWorld<S>(Arc<S>);

    impl<S> PerWorld<S> {
        pub(crate) fn new(process: S) -> Self {
            Self(Arc::new(process))
        }

        pub(crate) fn here(&self, _: impl FnOnce() -> S) -> Arc<S> {
            Arc::clone(&self.0)
        }
    }

    pub(crate) fn carried<F>(future: F) -> F {
        future
    }
}
