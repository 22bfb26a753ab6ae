//! Tasks that wait, in the order of their deadlines: all of one function, on one runtime. No clock, no runtime, no user
//! code.
//!
//! A function's timeout is fixed, so its deadlines come in order, and a line of first come, first served does for a
//! timer each. One timer, armed when the line gets its first, rings those whose time is over.
//!
//! Invariants, all under the one lock:
//!
//! 1. The line is sorted: what comes out of order is not let in.
//! 2. A slot is its task's from `enter` to `leave`, in the line or not.
//! 3. Somebody stands in the line only while a timer is armed, or about to be by the one who was told so.
//!
//! `rung` counts those who have been rung and have not looked. It is changed under the lock and read without it, so that
//! a poll costs one load. A task that misses a change is woken: its waker was stored under the lock.
//!
//! Wakers are woken and dropped after the lock is released: either may run a task's destructor, which comes back here.

use std::mem;
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::task::Waker;

use crate::util::sync::{AtomicUsize, Mutex};

const NONE: u32 = u32::MAX;
/// In place of the one before: not in the line.
const OUT: u32 = u32::MAX - 1;
/// In place of the one before: its time was over, and it has not looked since.
const RUNG: u32 = u32::MAX - 2;
/// In place of the one before: nobody's, and linked to the next that is free.
const FREE: u32 = u32::MAX - 3;

struct Slot {
    /// None where it has been rung.
    waker: Option<Waker>,
    /// When it came, in ticks.
    since: u64,
    prev: u32,
    next: u32,
}

/// The line's runtime is `R`.
pub(crate) struct Line<R> {
    slots: Vec<Slot>,
    free: u32,
    taken: usize,
    /// So few are left that the rest of the slots may be given back.
    few: usize,
    head: u32,
    tail: u32,
    armed: bool,
    runtime: Option<R>,
}

pub(crate) struct Lane<R> {
    line: Mutex<Line<R>>,
    rung: AtomicUsize,
}

/// A task that begins to wait.
pub(crate) struct Newcomer<'a, R> {
    pub(crate) runtime: R,
    /// In ticks.
    pub(crate) since: u64,
    /// To be rung when its time is over.
    pub(crate) timed: bool,
    /// It knows that its runtime has a clock, and can start the timer.
    pub(crate) arms: bool,
    pub(crate) waker: &'a Waker,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Entry {
    Entered(Entered),
    /// Nobody rings here, and the newcomer cannot see to it yet. It is not in.
    Unarmed,
    /// The lane is another runtime's.
    Elsewhere,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entered {
    pub(crate) slot: u32,
    /// It is in the line. One that came out of order is not.
    pub(crate) timed: bool,
    /// The timer is the newcomer's to start.
    pub(crate) arms: bool,
}

/// What a timer finds.
#[derive(Default, Debug)]
pub(crate) struct Due {
    /// Their time is over. Not all of them, where they are many: it looks again.
    pub(crate) rung: Vec<Waker>,
    /// When the next one came. Nobody is left without it, and the timer is disarmed.
    pub(crate) next: Option<u64>,
}

impl<R> Line<R> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), free: NONE, taken: 0, few: 0, head: NONE, tail: NONE, armed: false, runtime: None }
    }

    fn at(&mut self, slot: u32) -> &mut Slot {
        &mut self.slots[slot as usize]
    }

    fn take(&mut self, new: Slot) -> u32 {
        self.taken += 1;
        if self.free == NONE {
            let slot = u32::try_from(self.slots.len()).ok().filter(|&slot| slot < FREE).expect("under 2^32 tasks wait");
            self.slots.push(new);
            self.few = self.slots.len() / 16;
            return slot;
        }
        let slot = self.free;
        self.free = mem::replace(self.at(slot), new).next;
        slot
    }

    fn push_back(&mut self, slot: u32) {
        let tail = mem::replace(&mut self.tail, slot);
        self.at(slot).prev = tail;
        if tail == NONE {
            self.head = slot;
        } else {
            self.at(tail).next = slot;
        }
    }

    /// Out of the line, where it is in it.
    fn unlink(&mut self, slot: u32) {
        let Slot { prev, next, .. } = *self.at(slot);
        if prev == OUT || prev == RUNG {
            return;
        }
        if prev == NONE {
            self.head = next;
        } else {
            self.at(prev).next = next;
        }
        if next == NONE {
            self.tail = prev;
        } else {
            self.at(next).prev = prev;
        }
        let own = self.at(slot);
        (own.prev, own.next) = (OUT, NONE);
    }

    fn give(&mut self, slot: u32) -> Option<Waker> {
        let free = mem::replace(&mut self.free, slot);
        let own = self.at(slot);
        (own.prev, own.next) = (FREE, free);
        let waker = own.waker.take();
        self.taken -= 1;
        self.shrink();
        waker
    }

    /// Gives a burst's memory back, behind the last slot that is taken. A look at all of them, so each time a quarter
    /// is left of the last time.
    fn shrink(&mut self) {
        const KEPT: usize = 1024;
        if self.taken > self.few || self.slots.len() <= KEPT {
            return;
        }
        self.few = (self.taken / 4).max(1);
        let used = self.slots.iter().rposition(|slot| slot.prev != FREE).map_or(0, |last| last + 1);
        if used == self.slots.len() {
            return;
        }
        self.slots.truncate(used.max(KEPT));
        self.slots.shrink_to_fit();
        self.free = NONE;
        for (slot, at) in self.slots.iter_mut().zip(0..).filter(|(slot, _)| slot.prev == FREE) {
            slot.next = mem::replace(&mut self.free, at);
        }
    }
}

impl<R: Copy + PartialEq> Lane<R> {
    pub(crate) const fn new(line: Mutex<Line<R>>, rung: AtomicUsize) -> Self {
        Self { line, rung }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Line<R>) -> T) -> T {
        // Nothing of the user's runs under the lock, so a poisoned one still holds sound data.
        work(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn enter(&self, new: &Newcomer<'_, R>) -> Entry {
        let waker = new.waker.clone();
        self.with(|line| {
            if line.runtime != Some(new.runtime) {
                if line.taken > 0 || line.armed {
                    return Entry::Elsewhere;
                }
                line.runtime = Some(new.runtime);
            }
            let tail = line.tail;
            let in_order = tail == NONE || line.at(tail).since <= new.since;
            let timed = new.timed && in_order;
            let arms = timed && !line.armed;
            if arms && !new.arms {
                return Entry::Unarmed;
            }
            let slot = line.take(Slot { waker: Some(waker), since: new.since, prev: OUT, next: NONE });
            if timed {
                line.push_back(slot);
            }
            line.armed |= arms;
            Entry::Entered(Entered { slot, timed, arms })
        })
    }

    /// Gives the slot back.
    pub(crate) fn leave(&self, slot: u32) {
        let waker = self.with(|line| {
            self.look(line, slot);
            line.unlink(slot);
            line.give(slot)
        });
        drop(waker);
    }

    /// Whether its task's time is over. It is told so once.
    pub(crate) fn is_rung(&self, slot: u32) -> bool {
        if self.rung.load(Acquire) == 0 {
            return false;
        }
        self.with(|line| self.look(line, slot))
    }

    fn look(&self, line: &mut Line<R>, slot: u32) -> bool {
        let own = line.at(slot);
        let is_rung = own.prev == RUNG;
        if is_rung {
            own.prev = OUT;
            self.rung.fetch_sub(1, Relaxed);
        }
        is_rung
    }

    /// Its task waits on, past its time or with a timer of its own: it is rung no more, and woken by a drain alone.
    pub(crate) fn stay(&self, slot: u32, waker: &Waker) {
        let mut new = Some(waker.clone());
        self.with(|line| {
            self.look(line, slot);
            line.unlink(slot);
            mem::swap(&mut line.at(slot).waker, &mut new);
        });
        drop(new);
    }

    /// Rings those who came at `since` or before.
    pub(crate) fn ring(&self, since: u64) -> Due {
        const AT_ONCE: usize = 128;
        self.with(|line| {
            let mut due = Due::default();
            while line.head != NONE {
                let head = line.head;
                let came = line.at(head).since;
                if came > since || due.rung.len() == AT_ONCE {
                    due.next = Some(came);
                    return due;
                }
                line.unlink(head);
                let own = line.at(head);
                own.prev = RUNG;
                due.rung.extend(own.waker.take());
                self.rung.fetch_add(1, Release);
            }
            line.armed = false;
            due
        })
    }

    /// The timer has gone with its runtime, and rings nobody any more.
    pub(crate) fn disarm(&self) {
        self.with(|line| line.armed = false);
    }

    /// Everybody's waker.
    pub(crate) fn wakers(&self) -> Vec<Waker> {
        self.with(|line| line.slots.iter().filter_map(|slot| slot.waker.clone()).collect())
    }

    /// When each came, in ticks.
    pub(crate) fn present(&self) -> Vec<u64> {
        self.with(|line| {
            let taken = line.slots.iter().filter(|slot| slot.prev != FREE);
            taken.map(|slot| slot.since).collect()
        })
    }
}
