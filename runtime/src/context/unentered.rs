//! In debug builds: contexts that were made, and dropped before anything was done with them. No build for release has any of
//! this.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::thread::{self, ThreadId};
use std::time::Duration;

use tokio::task::{Id, try_id};
use tokio::time::Instant;

use crate::util::sync::lock;

type Place = &'static Location<'static>;

/// What shows that a context was to be entered.
#[derive(Clone, Copy)]
pub(crate) enum Proof {
    /// It was dropped this long after its own deadline.
    Late(Duration),
    /// It was dropped after a detached call, or after another look for the current context.
    Passed,
}

/// Sends the report, which is made in a room above this one.
type Tell = fn(Place, Proof);

static TELL: OnceLock<Tell> = OnceLock::new();

/// What is known about each place. A place whose contexts were ever used is right.
static USED: Mutex<BTreeSet<Place>> = Mutex::new(BTreeSet::new());

thread_local! {
    /// The latest contexts that were made on this thread. It has no destructor, and an older one is forgotten.
    static LATEST: Cell<[Alive; 8]> = const { Cell::new([Alive { serial: 0, task: None, passed: false }; 8]) };
}

#[derive(Clone, Copy)]
struct Alive {
    /// Zero if there is none.
    serial: u64,
    task: Option<Id>,
    /// Its task has made a detached call since, or has looked for its context.
    passed: bool,
}

/// The mark of a context that was made, and that nobody has used yet. It is with the context itself, and not with its clones.
#[derive(Default)]
pub(crate) struct Unentered(Option<Box<Made>>);

struct Made {
    place: Place,
    serial: u64,
    task: Option<Id>,
    thread: ThreadId,
    /// Its own deadline, if that was still to come.
    deadline: Option<Instant>,
    used: AtomicBool,
}

impl Unentered {
    pub(crate) const NONE: Self = Self(None);

    pub(super) fn new(place: Place, deadline: Option<Instant>) -> Self {
        static SERIALS: AtomicU64 = AtomicU64::new(1);
        let (serial, task) = (SERIALS.fetch_add(1, Relaxed), try_id());
        let alive = Alive { serial, task, passed: false };
        each_alive(|latest| latest[usize::try_from(serial % 8).unwrap_or(0)] = alive);
        let deadline = deadline.filter(|at| *at > Instant::now());
        let (thread, used) = (thread::current().id(), AtomicBool::new(false));
        Self(Some(Box::new(Made { place, serial, task, thread, deadline, used })))
    }

    /// Its context was used: entered, read, cloned or passed on.
    pub(super) fn used(&self) {
        let Some(made) = &self.0 else { return };
        if !made.used.swap(true, Relaxed) {
            lock(&USED).insert(made.place);
        }
    }
}

impl Clone for Unentered {
    fn clone(&self) -> Self {
        self.used();
        Self::NONE
    }
}

impl Drop for Unentered {
    fn drop(&mut self) {
        let Some(made) = self.0.take().filter(|made| !made.used.load(Relaxed)) else { return };
        let passed = each_alive(|latest| latest.iter().any(|alive| alive.serial == made.serial && alive.passed));
        // Another task, or a thread outside of all tasks, may have got it to keep it.
        let is_here = made.task == try_id() && (made.task.is_some() || made.thread == thread::current().id());
        if !is_here || thread::panicking() {
            return;
        }
        let Some(proof) = made.proof(passed) else { return };
        if let Some(tell) = TELL.get().filter(|_| !lock(&USED).contains(&made.place)) {
            tell(made.place, proof);
        }
    }
}

impl Made {
    fn proof(&self, passed: bool) -> Option<Proof> {
        let now = Instant::now();
        if let Some(late) = self.deadline.filter(|at| *at < now).map(|at| now - at) {
            return Some(Proof::Late(late));
        }
        passed.then_some(Proof::Passed)
    }
}

/// The running task makes a detached call, or looks for its context: it does so in no context that nothing has entered.
pub(crate) fn passes(tell: Tell) {
    TELL.get_or_init(|| tell);
    let task = try_id();
    each_alive(|latest| {
        for alive in latest.iter_mut().filter(|alive| alive.serial != 0 && alive.task == task) {
            alive.passed = true;
        }
    });
}

fn each_alive<R: Default>(look: impl FnOnce(&mut [Alive; 8]) -> R) -> R {
    let looked = LATEST.try_with(|latest| {
        let mut all = latest.get();
        let result = look(&mut all);
        latest.set(all);
        result
    });
    looked.unwrap_or_default()
}
