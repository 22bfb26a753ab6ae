//! A timeout queue with its one alarm, which is set while somebody is in the queue, for whoever is its head. No clock, no
//! runtime: what an alarm is made of is said elsewhere.
//!
//! Invariants:
//!
//! 1. The alarm is set under its own lock, to what the queue asks for at that moment: whoever comes last has seen the
//!    latest.
//! 2. With nobody in the queue it is set for nobody, once everybody who has left has moved it: nothing of it outlives the
//!    last task, and no clock is moved for one that has ended.

use std::num::NonZeroU64;

use super::timeout_queue::{EXPIRY_BATCH, TimeoutQueue};
use crate::util::quietly;
use crate::util::sync::{Mutex, lock};

/// `B` is what it rings by.
pub(crate) trait Alarm<B> {
    /// Sets it for the one who came then, or for nobody. Where it cannot be: for whom it is set instead.
    fn set(&mut self, since: Option<NonZeroU64>, by: B) -> Result<(), Option<NonZeroU64>>;

    /// Where its time is over: those who came then or before are due. It is set for nobody after that.
    fn take_due(&mut self) -> Option<u64>;

    /// More are due than are woken at once: rings again, when those have had their turn. `false` where it cannot.
    fn continue_later(&mut self, by: B) -> bool;
}

pub(crate) struct AlarmedQueue<R, A> {
    pub(crate) queue: TimeoutQueue<R>,
    alarm: Mutex<A>,
}

impl<R: Copy + PartialEq, A> AlarmedQueue<R, A> {
    pub(crate) const fn new(queue: TimeoutQueue<R>, alarm: Mutex<A>) -> Self {
        Self { queue, alarm }
    }

    /// Moves the alarm to the head, and wakes those who are due. To be called by whoever has changed the head, and when
    /// the alarm has rung. `false` where it could not be set.
    pub(crate) fn adjust<B: Copy>(&self, by: B) -> bool
    where
        A: Alarm<B>,
    {
        loop {
            let due = {
                let mut alarm = lock(&self.alarm);
                let mut due = alarm.take_due();
                if due.is_none() {
                    if let Err(instead) = alarm.set(self.queue.arm(), by) {
                        self.queue.disarm(instead);
                        return false;
                    }
                    // It may have come too late for its time.
                    due = alarm.take_due();
                }
                let Some(due) = due else { return true };
                due
            };
            let wakers = self.queue.expire(due);
            // Without another who is due nobody is to go on: it could be a runtime's that goes down before.
            let is_all = wakers.len() < EXPIRY_BATCH || !self.queue.is_due(due);
            for waker in wakers {
                // One that panics harms neither the others nor whoever drives the clock.
                quietly(|| waker.wake());
            }
            // A grace counts from when its task sees its end: the first shall have rolled back before the last are woken.
            // Where that cannot be, whoever is left is the next: the alarm is over as soon as it is set.
            if !is_all && lock(&self.alarm).continue_later(by) {
                return true;
            }
        }
    }
}
