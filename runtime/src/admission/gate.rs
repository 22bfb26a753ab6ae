//! The packed word by which most calls come and go without the lock: how many run, and whether to come to the lock.
//!
//! While nobody waits and nothing has begun to end, all there is to know is how many run. Whoever takes the lock to change
//! that number sets `CONTENDED` first, and so everybody else comes to the lock as well; where nothing is left to see to,
//! the bit is cleared again. So nothing is ever decided by two who see different numbers.

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use super::types::Refusal;
use crate::util::sync::AtomicUsize;

pub(super) struct Gate {
    /// How many run, times `ONE`; and `CONTENDED`.
    word: AtomicUsize,
    running_limit: usize,
    has_queue: bool,
}

/// Come to the lock.
const CONTENDED: usize = 1;
const ONE: usize = 2;

impl Gate {
    pub(super) const fn new(word: AtomicUsize, (running_limit, waiting_limit): (usize, usize)) -> Self {
        Self { word, running_limit, has_queue: waiting_limit > 0 }
    }

    /// Whether there is no place, and no lock to be taken to see that.
    #[inline]
    pub(super) fn is_full(&self) -> bool {
        let word = self.word.load(Relaxed);
        word & CONTENDED == 0 && word / ONE >= self.running_limit && !self.has_queue
    }

    /// `None` where the lock has to be taken.
    #[inline]
    pub(super) fn try_enter(&self) -> Option<Result<(), Refusal>> {
        let mut word = self.word.load(Relaxed);
        loop {
            if word & CONTENDED != 0 {
                return None;
            }
            if word / ONE >= self.running_limit {
                return if self.has_queue { None } else { Some(Err(Refusal::Full)) };
            }
            // Pairs with the release of whoever left last: what it did is done.
            match self.word.compare_exchange_weak(word, word + ONE, Acquire, Relaxed) {
                Ok(_) => return Some(Ok(())),
                Err(now) => word = now,
            }
        }
    }

    /// Whether the lock need not be taken, as it seems now.
    #[inline]
    pub(super) fn is_open(&self) -> bool {
        self.word.load(Relaxed) & CONTENDED == 0
    }

    /// `false` where the lock has to be taken.
    #[inline]
    pub(super) fn try_leave(&self) -> bool {
        let mut word = self.word.load(Relaxed);
        while word & CONTENDED == 0 {
            // Pairs with the acquire of whoever comes next, and of a drain.
            match self.word.compare_exchange_weak(word, word - ONE, Release, Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// Sends everybody to the lock, whose holder this is. How many run.
    pub(super) fn close(&self) -> usize {
        // Acquires what those did who left by the word.
        self.word.fetch_or(CONTENDED, Acquire) / ONE
    }

    /// Lets them pass again: so many run.
    pub(super) fn open(&self, running: usize) {
        // Whoever comes by the word next sees what was done under the lock.
        self.word.store(running * ONE, Release);
    }

    pub(super) fn running(&self) -> usize {
        self.word.load(Acquire) / ONE
    }
}
