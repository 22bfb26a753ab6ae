//! The pending tasks of one function on one runtime, in the order of their deadlines. No clock, no runtime, no user code.
//!
//! Invariants, all under the one lock:
//!
//! 1. The queue is sorted. A task that comes out of order is not put into it, and has its own timer.
//! 2. A slot belongs to its task from `insert` to `remove`, in the queue or not.
//! 3. A value with a waker is in the queue or in no list. A value without one is among the expired until its task has been
//!    polled.
//! 4. `armed` is when the task came that the alarm is set for, or is about to be set for. A caller whose change makes the
//!    head differ from it must move the alarm.
//!
//! `expired` counts the tasks whose time is over and that have not been polled. It is changed under the lock and read
//! without it, so that a poll costs one load. A task that misses a change is woken: its waker was stored under the lock.
//!
//! Wakers are woken and dropped after the lock is released: either may run a task's destructor, which comes back here.

use std::mem;
use std::num::NonZeroU64;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use crate::util::slab::{List, Slab};
use crate::util::sync::{AtomicUsize, Mutex, lock};

/// The resolution of tokio's timers, in ticks. If the next deadline is closer than this, the alarm is not moved. So it is
/// moved at most once a millisecond, however many tasks end.
const RESOLUTION: u64 = 1_000_000;

/// How many tasks expire at once.
pub(crate) const EXPIRY_BATCH: usize = 128;

struct Waiting {
    /// `None` if its time is over.
    waker: Option<Waker>,
    /// When it was inserted, in ticks.
    since: NonZeroU64,
}

/// The state under the lock of a queue. `R` identifies the queue's runtime.
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
enum ListKind {
    Queue,
    Expired,
}

pub(crate) struct TimeoutQueue<R> {
    entries: Mutex<Entries<R>>,
    expired: AtomicUsize,
}

/// A pending task to insert.
pub(crate) struct NewWaiter<'a, R> {
    pub(crate) runtime: R,
    /// In ticks.
    pub(crate) since: NonZeroU64,
    /// Whether to wake it when its time is over.
    pub(crate) timed: bool,
    /// Whether its runtime is known to have a time driver.
    pub(crate) has_clock: bool,
    pub(crate) waker: &'a Waker,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Insertion {
    Inserted(Inserted),
    /// It is not known yet whether the runtime has a time driver. Nothing was inserted.
    ClockUnknown,
    /// The queue belongs to another runtime.
    OtherRuntime,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Inserted {
    pub(crate) slot: u32,
    /// Whether it is in the queue. A task that came out of order is not.
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

    /// Whether the alarm must be moved.
    fn moves_alarm(&self) -> bool {
        match (self.since(self.queue.first()), self.armed) {
            (None, None) => false,
            (Some(head), Some(armed)) => head < armed || head.get() - armed.get() >= RESOLUTION,
            _ => true,
        }
    }

    #[inline(always)]
    fn insert(&mut self, new: &NewWaiter<'_, R>, waker: &mut Option<Waker>) -> Insertion
    where
        R: Copy + PartialEq,
    {
        if self.runtime != Some(new.runtime) {
            if self.slab.len() > 0 || self.armed.is_some() {
                return Insertion::OtherRuntime;
            }
            (self.runtime, self.has_clock) = (Some(new.runtime), false);
        }
        let mut timed = new.timed;
        if timed {
            self.has_clock |= new.has_clock;
            if !self.has_clock {
                return Insertion::ClockUnknown;
            }
            timed = self.since(self.queue.last()).is_none_or(|last| last <= new.since);
        }
        let slot = self.slab.insert(Waiting { waker: waker.take(), since: new.since });
        if timed {
            self.slab.push_back(&mut self.queue, slot);
        }
        // Behind other tasks with an alarm, it does not change the head.
        let may_move = timed && (self.armed.is_none() || self.queue.len() == 1);
        Insertion::Inserted(Inserted { slot, timed, moves_alarm: may_move && self.moves_alarm() })
    }

    /// The list that a task is in, if it is in one.
    #[inline]
    fn list(&self, slot: u32) -> Option<ListKind> {
        let own = self.slab.linked(slot)?;
        Some(if own.waker.is_some() { ListKind::Queue } else { ListKind::Expired })
    }
}

impl<R: Copy + PartialEq> TimeoutQueue<R> {
    pub(crate) const fn new(entries: Mutex<Entries<R>>, expired: AtomicUsize) -> Self {
        Self { entries, expired }
    }

    #[inline(always)]
    fn with<T>(&self, work: impl FnOnce(&mut Entries<R>) -> T) -> T {
        work(&mut lock(&self.entries))
    }

    #[inline(always)]
    pub(crate) fn insert(&self, new: &NewWaiter<'_, R>) -> Insertion {
        // If the waker is not used, it is dropped outside of the lock.
        let mut waker = Some(new.waker.clone());
        // Not by `with`: a closure that is compiled twice is not inlined.
        let insertion = lock(&self.entries).insert(new, &mut waker);
        drop(waker);
        insertion
    }

    /// Frees the slot. Returns when its task came, in ticks, and whether the alarm must be moved.
    #[must_use]
    #[inline(always)]
    pub(crate) fn remove(&self, slot: u32) -> (u64, bool) {
        let (waiting, moves_alarm) = self.with(|entries| {
            let moves_alarm = self.take_out(entries, slot);
            (entries.slab.remove(slot), moves_alarm)
        });
        (waiting.map_or(0, |waiting| waiting.since.get()), moves_alarm)
    }

    /// When the task came, in ticks.
    pub(crate) fn since(&self, slot: u32) -> u64 {
        self.with(|entries| entries.since(Some(slot)).map_or(0, NonZeroU64::get))
    }

    /// Removes a task from its list, if it is in one. Returns whether the alarm must be moved.
    #[inline(always)]
    fn take_out(&self, entries: &mut Entries<R>, slot: u32) -> bool {
        match entries.list(slot) {
            Some(ListKind::Queue) => {
                let was_first = entries.queue.first() == Some(slot);
                entries.slab.unlink(&mut entries.queue, slot);
                was_first && entries.moves_alarm()
            }
            Some(ListKind::Expired) => {
                self.take_expired(entries, slot);
                false
            }
            None => false,
        }
    }

    /// Whether the task's time is over. It returns `true` once.
    pub(crate) fn is_expired(&self, slot: u32) -> bool {
        // Pairs with the release in `expire`, so that a woken task sees the count.
        if self.expired.load(Acquire) == 0 {
            return false;
        }
        self.with(|entries| {
            let is_expired = entries.list(slot) == Some(ListKind::Expired);
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

    /// The task waits on, after its timeout or with its own timer, and only a drain wakes it here. Returns whether the alarm
    /// must be moved.
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

    /// Expires the tasks that came at `since` or before, at most `EXPIRY_BATCH` at once.
    pub(crate) fn expire(&self, since: u64) -> Vec<Waker> {
        self.with(|entries| {
            let mut expired = Vec::new();
            while let Some(head) = entries.queue.first() {
                let is_due = entries.since(Some(head)).is_some_and(|came| came.get() <= since);
                if !is_due || expired.len() == EXPIRY_BATCH {
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

    /// Whether a task that came at `since` or before is in the queue.
    pub(crate) fn is_due(&self, since: u64) -> bool {
        self.with(|entries| entries.since(entries.queue.first()).is_some_and(|came| came.get() <= since))
    }

    /// The task that the alarm must be set for. The alarm counts as set from here on.
    pub(crate) fn arm(&self) -> Option<NonZeroU64> {
        self.with(|entries| {
            entries.armed = entries.since(entries.queue.first());
            entries.armed
        })
    }

    /// The alarm could not be set, and is set for `instead`. The next change of the head tries again.
    pub(crate) fn disarm(&self, instead: Option<NonZeroU64>) {
        self.with(|entries| entries.armed = instead);
    }

    /// The wakers of all tasks.
    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.with(|entries| entries.slab.iter().filter_map(|(_, waiting)| waiting.waker.clone()).collect())
    }

    /// When the oldest task came, in ticks.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.with(|entries| {
            let first = entries.since(entries.queue.first());
            let is_sorted = entries.queue.len() == entries.slab.len();
            let oldest = if is_sorted { first } else { entries.slab.iter().map(|(_, waiting)| waiting.since).min() };
            oldest.map(NonZeroU64::get)
        })
    }

    /// When each task came, in ticks.
    pub(crate) fn present(&self) -> Vec<u64> {
        self.with(|entries| entries.slab.iter().map(|(_, waiting)| waiting.since.get()).collect())
    }
}
