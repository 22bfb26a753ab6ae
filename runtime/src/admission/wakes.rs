//! Wakers that are taken out under the lock, and woken once it is released.

use std::task::Waker;

use crate::util::quietly;

/// One at most in the common case, which therefore never allocates.
#[derive(Default)]
#[must_use = "somebody waits for these"]
pub(super) struct Wakes {
    one: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakes {
    pub(super) fn add(&mut self, waker: Option<Waker>) {
        let Some(waker) = waker else { return };
        if self.one.is_none() {
            self.one = Some(waker);
        } else {
            self.more.push(waker);
        }
    }

    pub(super) fn add_all(&mut self, wakers: Vec<Waker>) {
        self.more.extend(wakers);
    }

    /// One that panics, as a caller's own executor may have it, harms neither the others nor whoever wakes it.
    #[inline]
    pub(super) fn wake(self) {
        if self.one.is_some() || !self.more.is_empty() {
            self.wake_all();
        }
    }

    fn wake_all(self) {
        for waker in self.one.into_iter().chain(self.more) {
            quietly(|| waker.wake());
        }
    }
}
