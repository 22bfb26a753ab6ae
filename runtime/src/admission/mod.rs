//! Admission: who is in a tracker, who waits to be, and what a drain, an owner or a handle has asked of them. No clock, no
//! runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. `running <= running_limit`, and as many wait as the queue has room for, at most.
//! 2. Somebody waits only while every place is taken; somebody acquires one only while the queue is full too.
//! 3. A task counts from its admission, which is before it is spawned, until its last trace is gone. It has an entry
//!    while it is queued; beyond that, one that is `Light` is only counted.
//! 4. The phase only grows, and an owner that has gone stays gone. An admission reads both under the lock that wrote them,
//!    or by the gate's word, which says that neither has changed: nobody is admitted late.
//! 5. A place that was given to a caller that acquires one is the caller's only once it has looked: until then a drain,
//!    which has no call to wait for there, takes it back. A loop's run has none of its own: it is in its loop's.
//! 6. A queued task begins when it has looked, and sees that its turn has come. Once a drain has cancelled the tasks, none
//!    looks in time: its place goes to nobody, and it leaves as never started.
//!
//! The gate's word stands for the lock while there is nothing to see to: see [`gate`].
//!
//! What a handle has to say of a task without an entry is in `side_entries`, by the task's id.
//!
//! `signals` counts reasons for a task to take the lock and look: one for a drain that has begun, one for a last owner
//! that has gone, one for each abort that the task itself has to obey. It is changed under the lock and read without it,
//! so that a poll costs one load. A task that misses a change is woken: its waker was stored under the lock, or it is
//! about to take the lock to store it. The count is raised with a release and read with an acquire, so that whoever was
//! woken by what follows sees it; it is lowered relaxed, as a look that comes too often does no harm.
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
use std::sync::atomic::Ordering::Release;
use std::task::Waker;
use std::time::Duration;

use crate::util::sync::{AtomicUsize, Mutex, lock};
use gate::Gate;
use wakes::Wakes;

pub(crate) use key::Key;
pub(crate) use registry::Registry;
#[allow(unused_imports, reason = "named by the model in `tests`, which compiles this room anew")]
pub(crate) use types::LastSignals;
pub(crate) use types::{Admitted, Exit, Kind, Occupancy, Phase, Refusal, Request, Signals, Snapshot, Turn};

/// `I` is what is known of a task, `C` why one is to stop, and `N` tells tasks apart.
pub(crate) struct Admission<I, C, N> {
    gate: Gate,
    registry: Mutex<Registry<I, C, N>>,
    signals: AtomicUsize,
    side_entries: AtomicUsize,
}

impl<I: Copy, C: Clone, N: Copy + Eq + Hash> Admission<I, C, N> {
    /// Three zeroes, and a registry of the same limits: where they come from is for a model checker to say.
    pub(crate) const fn new(
        limits: (usize, usize),
        registry: Mutex<Registry<I, C, N>>,
        words: [AtomicUsize; 3],
    ) -> Self {
        let [word, signals, side_entries] = words;
        Self { gate: Gate::new(word, limits), registry, signals, side_entries }
    }

    /// For what changes nothing of who runs.
    fn look<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        work(&mut lock(&self.registry))
    }

    /// For what may: from here to the end, nobody comes or goes but by the lock.
    fn with<R>(&self, work: impl FnOnce(&mut Registry<I, C, N>) -> R) -> R {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.gate.close();
                registry.exclusive = true;
            }
            let result = work(registry);
            if registry.is_uncontended() {
                registry.exclusive = false;
                self.gate.open(registry.running);
            }
            result
        })
    }

    /// How many run and wait.
    pub(crate) fn live(&self) -> usize {
        self.look(|registry| {
            if !registry.exclusive {
                registry.running = self.gate.running();
            }
            registry.live()
        })
    }

    /// How many may run, and how many may wait.
    #[cfg(feature = "testing")]
    pub(crate) fn limits(&self) -> (usize, usize) {
        self.look(|registry| (registry.running_limit, registry.queue.limit))
    }

    /// How full it is, with what `each` sees of those who have an entry. Calls come and go by the gate meanwhile.
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
            // Who waits does so for a place, or for room in the queue, that may have been taken back.
            registry.promote(&mut wakes);
        });
        wakes.wake();
    }

    /// The last owner has gone: nothing is admitted any more, and what ends only when it is cancelled is cancelled.
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

    /// The longest grace among those who have an entry, and are yet to be cancelled.
    pub(crate) fn longest_grace(&self) -> Duration {
        self.look(|registry| {
            let yet = registry.iter().filter(|entry| entry.kind != Kind::Worker && entry.is_claimed());
            yet.map(|entry| entry.grace).max().unwrap_or_default()
        })
    }

    /// Whether nobody is left; where not, `drain` is woken when the last one leaves.
    pub(crate) fn is_empty(&self, drain: &Waker) -> bool {
        self.with(|registry| {
            let is_empty = registry.live() == 0;
            if !is_empty && !registry.watchers.iter().any(|known| known.will_wake(drain)) {
                registry.watchers.push(drain.clone());
            }
            is_empty
        })
    }

    /// Everything at one moment, with what `also` sees at the same: nobody comes or goes while it looks.
    pub(crate) fn snapshot<R>(&self, also: impl FnOnce() -> R) -> (Snapshot<I>, R) {
        self.with(|registry| (registry.snapshot(), also()))
    }
}
