//! The atomic word by which most calls start and end without the lock. It has the number of running tasks, and one bit,
//! `CONTENDED`.
//!
//! While no call waits and no drain has begun, the number of running tasks is the whole state. A thread that takes the lock
//! to change that number first sets `CONTENDED`, so that all others take the lock as well. The bit is cleared when the state
//! is simple again. So two threads never decide on different numbers.

use std::sync::atomic::Ordering::{AcqRel, Acquire, Relaxed, Release};

use super::types::Refusal;
use crate::util::sync::AtomicUsize;

pub(super) struct Gate {
    /// The number of running tasks times `ONE`, plus `CONTENDED`.
    word: AtomicUsize,
    running_limit: usize,
    has_queue: bool,
}

/// What a gate's word said when it was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    /// There was a place, and this was the word.
    Free(usize),
    Full,
    /// The lock is needed to know.
    Unknown,
}

/// The bit that sends every thread to the lock.
const CONTENDED: usize = 1;
const ONE: usize = 2;

impl Gate {
    pub(super) const fn new(word: AtomicUsize, (running_limit, waiting_limit): (usize, usize)) -> Self {
        Self { word, running_limit, has_queue: waiting_limit > 0 }
    }

    pub(super) const fn running_limit(&self) -> usize {
        self.running_limit
    }

    /// What the word says now.
    #[inline]
    pub(super) fn look(&self) -> Look {
        let word = self.word.load(Relaxed);
        if word & CONTENDED != 0 {
            Look::Unknown
        } else if word / ONE < self.running_limit {
            Look::Free(word)
        } else if self.has_queue {
            Look::Unknown
        } else {
            Look::Full
        }
    }

    /// As `try_enter`, after a look. If the word is still the same, there still is a place.
    #[inline]
    pub(super) fn try_enter_after(&self, look: Look) -> Option<Result<(), Refusal>> {
        if let Look::Free(word) = look {
            // Pairs with the release of the task that left last, so that its effects are visible.
            if self.word.compare_exchange(word, word + ONE, Acquire, Relaxed).is_ok() {
                return Some(Ok(()));
            }
        }
        self.try_enter()
    }

    /// `None` where the lock has to be taken.
    #[cold]
    pub(super) fn try_enter(&self) -> Option<Result<(), Refusal>> {
        let mut word = self.word.load(Relaxed);
        loop {
            if word & CONTENDED != 0 {
                return None;
            }
            if word / ONE >= self.running_limit {
                return if self.has_queue { None } else { Some(Err(Refusal::Full)) };
            }
            // Pairs with the release of the task that left last, so that its effects are visible.
            match self.word.compare_exchange_weak(word, word + ONE, Acquire, Relaxed) {
                Ok(_) => return Some(Ok(())),
                Err(now) => word = now,
            }
        }
    }

    /// Whether the lock is not needed at this moment.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.word.load(Relaxed) & CONTENDED == 0
    }

    /// The same, after a change beside the word. One who closes the gate later sees that change; one who closed it before is
    /// seen here.
    #[inline]
    pub(super) fn is_open_still(&self) -> bool {
        let mut word = self.word.load(Relaxed);
        while word & CONTENDED == 0 {
            // It changes nothing, and puts this into the order of all changes of the word: a load alone would not.
            match self.word.compare_exchange_weak(word, word, AcqRel, Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// `false` where the lock has to be taken.
    #[inline]
    pub(super) fn try_leave(&self) -> bool {
        let mut word = self.word.load(Relaxed);
        while word & CONTENDED == 0 {
            // Pairs with the acquire of the next call, and of a drain.
            match self.word.compare_exchange_weak(word, word - ONE, Release, Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// Sends all threads to the lock, which the caller holds. Returns how many tasks run.
    pub(super) fn close(&self) -> usize {
        // Acquires the effects of the tasks that left without the lock.
        self.word.fetch_or(CONTENDED, Acquire) / ONE
    }

    /// Lets threads pass without the lock again. `running` is the number of running tasks.
    pub(super) fn open(&self, running: usize) {
        // The next thread that passes sees the changes made under the lock.
        self.word.store(running * ONE, Release);
    }

    pub(super) fn running(&self) -> usize {
        self.word.load(Acquire) / ONE
    }
}
