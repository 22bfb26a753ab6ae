//! The stand-ins of an isolated test: of each function and static tracker that is used in it, made at its first use.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use crate::tracker::isolation::{Isolation, WATCH};
use crate::tracker::{HasCore, Isolated, TaskSite, TrackerCore, TrackerRef, of_the_process};
use crate::util::sync::lock;

/// One isolated test's. Its functions and trackers are never freed, as the public face gives functions for ever.
pub(super) struct StandIns {
    /// What its functions are known by.
    id: u64,
    /// By the address of what each stands in for.
    sites: Mutex<HashMap<usize, &'static TaskSite>>,
    cores: Mutex<HashMap<usize, &'static TrackerCore>>,
    states: Mutex<HashMap<u64, Arc<dyn Any + Send + Sync>>>,
    called: Mutex<Called>,
}

/// The trackers that calls have been made to.
#[derive(Default)]
struct Called {
    /// By their address.
    statics: HashMap<usize, TrackerRef>,
    /// The same. An address is not given anew while a `Weak` knows it.
    shared: HashMap<usize, Weak<dyn HasCore>>,
}

impl Called {
    fn add(&mut self, tracker: &TrackerRef) {
        let address = tracker.core().address();
        match tracker {
            TrackerRef::Static(_) => {
                self.statics.entry(address).or_insert_with(|| tracker.clone());
            }
            TrackerRef::Shared(shared) => {
                self.shared.entry(address).or_insert_with(|| Arc::downgrade(shared));
            }
        }
    }

    fn all(&self) -> Vec<TrackerRef> {
        let shared = self.shared.values().filter_map(|tracker| tracker.upgrade().map(TrackerRef::Shared));
        self.statics.values().cloned().chain(shared).collect()
    }
}

impl StandIns {
    pub(super) fn new() -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        Self {
            id: LAST.fetch_add(1, Relaxed) + 1,
            sites: Mutex::default(),
            cores: Mutex::default(),
            states: Mutex::default(),
            called: Mutex::default(),
        }
    }
}

impl Isolation for StandIns {
    fn id(&self) -> u64 {
        self.id
    }

    fn site(&self, of: &TaskSite) -> &'static TaskSite {
        let make = || of.stand_in(self.id, of.tracker().map(|tracker| self.core(tracker.core())));
        lock(&self.sites).entry(std::ptr::from_ref(of).addr()).or_insert_with(make)
    }

    fn core(&self, of: &TrackerCore) -> &'static TrackerCore {
        lock(&self.cores).entry(of.address()).or_insert_with(|| of.stand_in())
    }

    fn core_if_static(&self, of: &TrackerCore) -> Option<&'static TrackerCore> {
        // It is known as one by a function that names it, or by a call made before.
        let is_known = lock(&self.cores).contains_key(&of.address());
        let is_static = || {
            let named = of_the_process().filter_map(TaskSite::tracker);
            named.map(|tracker| tracker.core().address()).any(|address| address == of.address())
        };
        (is_known || is_static()).then(|| self.core(of))
    }

    fn state(&self, number: u64, new: &mut dyn FnMut() -> Arc<dyn Any + Send + Sync>) -> Arc<dyn Any + Send + Sync> {
        Arc::clone(lock(&self.states).entry(number).or_insert_with(new))
    }

    fn entered(&self, tracker: &TrackerRef) {
        lock(&self.called).add(tracker);
    }

    fn called(&self) -> Vec<TrackerRef> {
        lock(&self.called).all()
    }
}

/// How many look at the process from outside of every isolation. Its trackers are noted only for them.
static WATCHES: AtomicUsize = AtomicUsize::new(0);
static PROCESS: LazyLock<Mutex<Called>> = LazyLock::new(Mutex::default);

/// Notes what calls are made to, from here on, until as many have unwatched. Within an isolation all of it is noted.
pub(super) fn watch(isolated: &Isolated) {
    if isolated.id() == 0 {
        let _called = lock(&PROCESS);
        WATCHES.fetch_add(1, Relaxed);
        WATCH.get_or_init(|| {
            |tracker| {
                if WATCHES.load(Relaxed) > 0 {
                    lock(&PROCESS).add(tracker);
                }
            }
        });
    }
}

pub(super) fn unwatch(isolated: &Isolated) {
    if isolated.id() == 0 {
        let mut called = lock(&PROCESS);
        if WATCHES.fetch_sub(1, Relaxed) == 1 {
            *called = Called::default();
        }
    }
}

/// The tasks that live there, each with its tracker's name.
pub(super) fn tasks(isolated: &Isolated) -> Vec<(&'static TaskSite, &'static str)> {
    let trackers = isolated.called().unwrap_or_else(|| lock(&PROCESS).all());
    let mut tasks = Vec::new();
    for tracker in trackers {
        let core = tracker.core();
        let present = core.present().into_iter().map(|(info, _)| info.site);
        // A tracker that isolations share has tasks of each.
        let own = present.filter(|site| site.isolation() == isolated.id());
        tasks.extend(own.map(|site| (site, core.shown_name())));
    }
    tasks
}
