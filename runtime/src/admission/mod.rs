//! Admission: which tasks are in a tracker, which calls wait, and the signals of a drain, an owner or a handle. No clock, no
//! runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. `running <= running_limit`, and at most as many calls wait as the queue has room for.
//! 2. A task waits only while every place is taken. A caller acquires only while the queue is full, too.
//! 3. A task counts from its admission, which is before it is spawned, until everything that it holds is dropped. It has an
//!    entry while it is queued; after that, a `Light` task is only counted, unless its thread outlives it.
//! 4. The phase only increases, and `owner_gone` is never reset. An admission reads both under the lock that wrote them, or
//!    through the gate's word, which says that neither has changed. So no call is admitted late.
//! 5. A place that was given to an acquiring caller is the caller's only after its next poll. Until then a drain takes it
//!    back, because the caller has not made its call. A loop's run has no place of its own: it uses its loop's. `in_loop`
//!    counts the runs: without the lock, unless the gate is contended.
//! 6. A queued task begins when it is polled and sees that it has a place. After a drain has cancelled the tasks, no queued
//!    task begins: its place is not given to another, and it leaves as never started.
//!
//! While the gate is not contended, its word replaces the lock: see [`gate`].
//!
//! What a handle asks of a task without an entry is in `side_entries`, by the task's id.
//!
//! `signals` counts the reasons for a task to take the lock and read its signals: one for a drain that has begun, one for
//! the drop of the last owner, and one for each abort that the task itself has to handle. It is changed under the lock and
//! read without it, so that a poll costs one load. A task that misses a change is woken: its waker was stored under the
//! lock, or it is about to take the lock to store it. The count is raised with a release and read with an acquire, so that a
//! woken task sees it. It is lowered relaxed, because an extra read of the signals does no harm.
//!
//! Lock order: this lock, then those of timeout queues (in [`Admission::snapshot`]). Wakers are woken and dropped after it
//! is released: either may run a task's destructor, which comes back here.

mod acquire;
mod entry;
mod gate;
mod idle;
mod key;
mod promotion;
mod registry;
mod release;
mod side_entries;
mod signals;
mod types;
mod wait_queue;
mod wakes;

use std::hash::Hash;
use std::sync::atomic::Ordering::{Acquire, Release};
use std::task::Waker;
use std::time::Duration;

use crate::util::sync::{AtomicUsize, Mutex, lock};
use gate::Gate;
use wakes::Wakes;

pub(crate) use gate::Look;
pub(crate) use key::Key;
pub(crate) use registry::Registry;
#[allow(unused_imports, reason = "named by the model in `tests`, which compiles this room anew")]
pub(crate) use types::LastSignals;
pub(crate) use types::{
    Admitted, Exit, Failing, Failings, Kind, Occupancy, Phase, Refusal, Request, Signals, Snapshot, Turn,
};

/// `I` is the information about a task, `C` the cause of an abort, and `N` the id of a task.
pub(crate) struct Admission<I, C, N> {
    gate: Gate,
    registry: Mutex<Registry<I, C, N>>,
    signals: AtomicUsize,
    side_entries: AtomicUsize,
    /// The number of runs in their loops' places.
    in_loop: AtomicUsize,
}

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// `words` are four zeroes, and `registry` has the same limits. They are passed in, so that a model checker can make
    /// them.
    pub(crate) const fn new(
        limits: (usize, usize),
        registry: Mutex<Registry<I, C, N>>,
        words: [AtomicUsize; 4],
    ) -> Self {
        let [word, signals, side_entries, in_loop] = words;
        Self { gate: Gate::new(word, limits), registry, signals, side_entries, in_loop }
    }

    /// Takes the lock for work that does not change which tasks run.
    fn look<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        work(&mut lock(&self.registry))
    }

    /// Takes the lock for work that may change which tasks run. Until it ends, all others need the lock to start or end.
    fn with<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.gate.close();
                registry.exclusive = true;
            }
            registry.in_loop = self.in_loop.load(Acquire);
            let result = work(registry);
            if registry.is_uncontended() {
                registry.exclusive = false;
                self.gate.open(registry.running);
            }
            result
        })
    }

    /// How many tasks run or wait.
    pub(crate) fn live(&self) -> usize {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.gate.running();
            }
            registry.in_loop = self.in_loop.load(Acquire);
            registry.live()
        })
    }

    /// How many tasks may run. It takes no lock.
    pub(crate) fn running_limit(&self) -> usize {
        self.gate.running_limit()
    }

    /// How many tasks may run, and how many may wait.
    #[cfg(feature = "testing")]
    pub(crate) fn limits(&self) -> (usize, usize) {
        self.look(|registry| (registry.running_limit, registry.queue.limit))
    }

    /// How full it is. `each` is called for every task with an entry. Calls may start and end through the gate while it
    /// runs.
    pub(crate) fn occupancy(&self, mut each: impl FnMut(I)) -> Occupancy {
        self.look(|registry| {
            for entry in registry.iter() {
                each(entry.info);
            }
            Occupancy {
                running_limit: registry.running_limit,
                waiting_limit: registry.queue.limit,
                running: if registry.exclusive { registry.running } else { self.gate.running() },
                waiting: registry.queue.waiting.len(),
                acquiring: registry.queue.acquiring.len(),
                owner_gone: registry.owner_gone,
            }
        })
    }

    /// How many calls were refused since the drain began.
    pub(crate) fn refused(&self) -> usize {
        self.look(|registry| registry.refused)
    }

    pub(crate) fn phase(&self) -> Phase {
        self.look(|registry| registry.phase)
    }

    /// Moves on to a later phase: a phase that has passed stays passed.
    pub(crate) fn advance(&self, to: Phase) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            if to <= registry.phase {
                return;
            }
            let begins = registry.phase == Phase::Open;
            registry.phase = to;
            if begins {
                self.signals.fetch_add(1, Release);
                registry.cancel_workers(&mut wakes);
                registry.wake_running(Kind::Bounded, &mut wakes);
            }
            registry.reclaim_unclaimed(|entry| to < Phase::Cancelled && entry.kept, &mut wakes);
            registry.refuse_acquiring(|entry| to < Phase::Cancelled && entry.kept, &mut wakes);
            if to >= Phase::Cancelled {
                registry.end_waits(|_| true, &mut wakes);
                for entry in registry.iter().filter(|entry| entry.has_begun()) {
                    wakes.add(entry.waker.clone());
                }
            }
            // A place, or room in the queue, may have become free.
            registry.promote(&mut wakes);
        });
        wakes.wake();
    }

    /// The last owner was dropped: no call is admitted any more, and workers are cancelled.
    pub(crate) fn owner_gone(&self) {
        let mut wakes = Wakes::default();
        self.with(|registry| {
            if !registry.owner_gone {
                registry.owner_gone = true;
                self.signals.fetch_add(1, Release);
                registry.cancel_workers(&mut wakes);
                registry.refuse_acquiring(|_| false, &mut wakes);
                registry.promote(&mut wakes);
            }
        });
        wakes.wake();
    }

    /// The longest grace among the tasks with an entry that are not cancelled yet.
    pub(crate) fn longest_grace(&self) -> Duration {
        self.look(|registry| {
            let yet = registry.iter().filter(|entry| !entry.kind.is_worker() && entry.is_claimed());
            yet.map(|entry| entry.grace).max().unwrap_or_default()
        })
    }

    /// Whether no task is left. If not, `drain` is woken when the last one leaves.
    pub(crate) fn is_empty(&self, drain: &Waker) -> bool {
        self.with(|registry| {
            let is_empty = registry.live() == 0;
            if !is_empty && !registry.watchers.iter().any(|known| known.will_wake(drain)) {
                registry.watchers.push(drain.clone());
            }
            is_empty
        })
    }

    /// A snapshot at one moment, together with the result of `also`: no task starts or ends while it is taken.
    pub(crate) fn snapshot<R>(&self, also: impl FnOnce() -> R) -> (Snapshot<I>, R) {
        self.with(|registry| (registry.snapshot(), also()))
    }
}
