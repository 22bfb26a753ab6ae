//! Wakers that are collected under the lock, and woken after it is released.

use std::task::Waker;

use crate::util::quietly;

/// Wakers to wake. There is usually at most one, which needs no allocation.
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

    /// Wakes all. A waker that panics, such as one of a custom executor, affects neither the others nor the caller.
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
