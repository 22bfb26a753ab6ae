//! Tasks that wait, in the order of their deadlines: all of one function, on one runtime. No clock, no runtime, no user
//! code.
//!
//! Invariants, all under the one lock:
//!
//! 1. The queue is sorted: who comes out of order is not put into it, and has a timer of its own.
//! 2. A slot is its task's from `insert` to `remove`, in the queue or not.
//! 3. A value with a waker is in the queue or in no list. One without is among the expired until its task has looked.
//! 4. `armed` is when the one came for whom the alarm is set, or about to be. Whoever changes the head so that the two
//!    differ is asked to move the alarm.
//!
//! `expired` counts those whose time is over and who have not looked. It is changed under the lock and read without it,
//! so that a poll costs one load. A task that misses a change is woken: its waker was stored under the lock.
//!
//! Wakers are woken and dropped after the lock is released: either may run a task's destructor, which comes back here.

use std::mem;
use std::num::NonZeroU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use crate::util::slab::{List, Slab};
use crate::util::sync::{AtomicUsize, Mutex, lock};

/// In ticks: a timer of tokio's is no more exact than this. Where the next deadline is so near, the alarm stays where it
/// is, so that it is moved once a millisecond at most, however many tasks end.
const GRAIN: u64 = 1_000_000;

/// How many expire at once.
pub(crate) const AT_ONCE: usize = 128;

struct Waiting {
    /// None where its time is over.
    waker: Option<Waker>,
    /// When it came, in ticks.
    since: NonZeroU64,
}

/// What the lock of a queue guards. The queue's runtime is `R`.
pub(crate) struct Entries<R> {
    slab: Slab<Waiting>,
    queue: List,
    expired: List,
    armed: Option<NonZeroU64>,
    runtime: Option<R>,
    /// That runtime has a time driver.
    has_clock: bool,
}

#[derive(PartialEq, Eq)]
enum In {
    Queue,
    Expired,
}

pub(crate) struct TimeoutQueue<R> {
    entries: Mutex<Entries<R>>,
    expired: AtomicUsize,
}

/// A task that begins to wait.
pub(crate) struct Newcomer<'a, R> {
    pub(crate) runtime: R,
    /// In ticks.
    pub(crate) since: NonZeroU64,
    /// To be woken when its time is over.
    pub(crate) timed: bool,
    /// It knows that its runtime has a time driver.
    pub(crate) has_clock: bool,
    pub(crate) waker: &'a Waker,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Insertion {
    Inserted(Inserted),
    /// Nobody knows yet whether its runtime has a time driver. It is not inserted.
    ClockUnknown,
    /// The queue is another runtime's.
    Elsewhere,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Inserted {
    pub(crate) slot: u32,
    /// It is in the queue. One that came out of order is not.
    pub(crate) timed: bool,
    pub(crate) moves_alarm: bool,
}

impl<R> Entries<R> {
    pub(crate) const fn new() -> Self {
        Self {
            slab: Slab::new(),
            queue: List::EMPTY,
            expired: List::EMPTY,
            armed: None,
            runtime: None,
            has_clock: false,
        }
    }

    fn since(&self, slot: Option<u32>) -> Option<NonZeroU64> {
        Some(self.slab.get(slot?)?.since)
    }

    /// The alarm is not where it is to be.
    fn moves_alarm(&self) -> bool {
        match (self.since(self.queue.first()), self.armed) {
            (None, None) => false,
            (Some(head), Some(armed)) => head < armed || head.get() - armed.get() >= GRAIN,
            _ => true,
        }
    }

    /// The list that a task is in, where it is in one.
    #[inline]
    fn list(&self, slot: u32) -> Option<In> {
        let own = self.slab.linked(slot)?;
        Some(if own.waker.is_some() { In::Queue } else { In::Expired })
    }
}

impl<R: Copy + PartialEq> TimeoutQueue<R> {
    pub(crate) const fn new(entries: Mutex<Entries<R>>, expired: AtomicUsize) -> Self {
        Self { entries, expired }
    }

    #[inline]
    fn with<T>(&self, work: impl FnOnce(&mut Entries<R>) -> T) -> T {
        work(&mut lock(&self.entries))
    }

    #[inline(always)]
    pub(crate) fn insert(&self, new: &Newcomer<'_, R>) -> Insertion {
        // Dropped outside of the lock, where it is not taken.
        let mut waker = Some(new.waker.clone());
        self.with(|entries| {
            if entries.runtime != Some(new.runtime) {
                if entries.slab.len() > 0 || entries.armed.is_some() {
                    return Insertion::Elsewhere;
                }
                (entries.runtime, entries.has_clock) = (Some(new.runtime), false);
            }
            let mut timed = new.timed;
            if timed {
                entries.has_clock |= new.has_clock;
                if !entries.has_clock {
                    return Insertion::ClockUnknown;
                }
                timed = entries.since(entries.queue.last()).is_none_or(|last| last <= new.since);
            }
            let slot = entries.slab.insert(Waiting { waker: waker.take(), since: new.since });
            if timed {
                entries.slab.push_back(&mut entries.queue, slot);
            }
            // Behind others, who have an alarm, it changes nothing.
            let may_move = timed && (entries.armed.is_none() || entries.queue.len() == 1);
            Insertion::Inserted(Inserted { slot, timed, moves_alarm: may_move && entries.moves_alarm() })
        })
    }

    /// Gives the slot back. Whether the alarm is to be moved.
    #[must_use]
    #[inline(always)]
    pub(crate) fn remove(&self, slot: u32) -> bool {
        let (waiting, moves_alarm) = self.with(|entries| {
            let moves_alarm = self.take_out(entries, slot);
            (entries.slab.remove(slot), moves_alarm)
        });
        drop(waiting);
        moves_alarm
    }

    /// Out of the list that it is in, where it is in one. Whether the alarm is to be moved.
    #[inline(always)]
    fn take_out(&self, entries: &mut Entries<R>, slot: u32) -> bool {
        match entries.list(slot) {
            Some(In::Queue) => {
                let was_first = entries.queue.first() == Some(slot);
                entries.slab.unlink(&mut entries.queue, slot);
                was_first && entries.moves_alarm()
            }
            Some(In::Expired) => {
                self.take_expired(entries, slot);
                false
            }
            None => false,
        }
    }

    /// Whether its task's time is over. It is said once.
    pub(crate) fn is_expired(&self, slot: u32) -> bool {
        // Pairs with the release in `expire`: whoever was woken by it sees the count.
        if self.expired.load(Acquire) == 0 {
            return false;
        }
        self.with(|entries| {
            let is_expired = entries.list(slot) == Some(In::Expired);
            if is_expired {
                self.take_expired(entries, slot);
            }
            is_expired
        })
    }

    #[cold]
    fn take_expired(&self, entries: &mut Entries<R>, slot: u32) {
        entries.slab.unlink(&mut entries.expired, slot);
        self.expired.fetch_sub(1, Relaxed);
    }

    /// Its task waits on, past its time or with a timer of its own: only a drain wakes it. Whether the alarm is to be
    /// moved.
    #[must_use]
    pub(crate) fn stop_timing(&self, slot: u32, waker: &Waker) -> bool {
        let mut new = Some(waker.clone());
        let moves_alarm = self.with(|entries| {
            let moves_alarm = self.take_out(entries, slot);
            if let Some(own) = entries.slab.get_mut(slot) {
                mem::swap(&mut own.waker, &mut new);
            }
            moves_alarm
        });
        drop(new);
        moves_alarm
    }

    /// Ends the wait of those who came at `since` or before: not of all at once, where they are many.
    pub(crate) fn expire(&self, since: u64) -> Vec<Waker> {
        self.with(|entries| {
            let mut expired = Vec::new();
            while let Some(head) = entries.queue.first() {
                let is_due = entries.since(Some(head)).is_some_and(|came| came.get() <= since);
                if !is_due || expired.len() == AT_ONCE {
                    break;
                }
                entries.slab.unlink(&mut entries.queue, head);
                entries.slab.push_back(&mut entries.expired, head);
                expired.extend(entries.slab.get_mut(head).and_then(|own| own.waker.take()));
                self.expired.fetch_add(1, Release);
            }
            expired
        })
    }

    /// Whether somebody waits who came at `since` or before.
    pub(crate) fn is_due(&self, since: u64) -> bool {
        self.with(|entries| entries.since(entries.queue.first()).is_some_and(|came| came.get() <= since))
    }

    /// For whom the alarm is to be set: it counts as set from here on.
    pub(crate) fn arm(&self) -> Option<NonZeroU64> {
        self.with(|entries| {
            entries.armed = entries.since(entries.queue.first());
            entries.armed
        })
    }

    /// The alarm could not be set, and is set for this one instead: the next change of the head tries again.
    pub(crate) fn disarm(&self, instead: Option<NonZeroU64>) {
        self.with(|entries| entries.armed = instead);
    }

    /// Everybody's waker.
    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.with(|entries| entries.slab.iter().filter_map(|(_, waiting)| waiting.waker.clone()).collect())
    }

    /// When the first of those who are there came, in ticks.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.with(|entries| {
            let first = entries.since(entries.queue.first());
            let is_sorted = entries.queue.len() == entries.slab.len();
            let oldest = if is_sorted { first } else { entries.slab.iter().map(|(_, waiting)| waiting.since).min() };
            oldest.map(NonZeroU64::get)
        })
    }

    /// When each came, in ticks.
    pub(crate) fn present(&self) -> Vec<u64> {
        self.with(|entries| entries.slab.iter().map(|(_, waiting)| waiting.since.get()).collect())
    }
}
