//! The stand-ins of an isolated test, one for each function and static tracker that it uses, made at the first use.

use std::any::Any;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use crate::tracker::isolation::{Isolation, WATCH};
use crate::tracker::{HasCore, Isolated, TaskSite, TrackerCore, TrackerRef, of_the_process};
use crate::util::sync::lock;

/// The stand-ins of one isolated test. Its sites and trackers are never freed, because the API returns `&'static` sites.
pub(super) struct StandIns {
    /// The id of the test, in its sites.
    id: u64,
    /// The stand-ins, by the address of the original.
    sites: Mutex<HashMap<usize, &'static TaskSite>>,
    cores: Mutex<HashMap<usize, &'static TrackerCore>>,
    states: Mutex<HashMap<u64, Arc<dyn Any + Send + Sync>>>,
    called: Mutex<Called>,
}

/// The trackers that were called.
#[derive(Default)]
struct Called {
    /// Static trackers, by address.
    statics: HashMap<usize, TrackerRef>,
    /// Shared trackers, by address, which is not reused while a `Weak` exists.
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
        // It is known as a static if a function names it, or a call was made to it.
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

/// How many guards watch the process outside of every isolation. Its trackers are recorded only for them.
static WATCHES: AtomicUsize = AtomicUsize::new(0);
static PROCESS: LazyLock<Mutex<Called>> = LazyLock::new(Mutex::default);

/// Starts to record the trackers that are called, until `unwatch` was called as often. An isolation always records them.
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

/// The live tasks of the isolation, each with its tracker's name.
pub(super) fn tasks(isolated: &Isolated) -> Vec<(&'static TaskSite, &'static str)> {
    let trackers = isolated.called().unwrap_or_else(|| lock(&PROCESS).all());
    let mut tasks = Vec::new();
    for tracker in trackers {
        let core = tracker.core();
        let present = core.present().into_iter().map(|(info, _)| info.site);
        // A tracker that several isolations share has tasks of each.
        let own = present.filter(|site| site.isolation() == isolated.id());
        tasks.extend(own.map(|site| (site, core.shown_name())));
    }
    tasks
}
