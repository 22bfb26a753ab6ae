//! A timeout queue with its one alarm, which is set for the head of the queue while the queue is not empty. No clock, no
//! runtime: `driver` implements the alarm.
//!
//! Invariants:
//!
//! 1. The alarm is set under its own lock, to the queue's head at that moment: so the last thread to set it has seen the
//!    latest head.
//! 2. When the queue is empty, and each task that left has moved the alarm, the alarm is not set. So it never outlives the
//!    last task, and a paused clock does not advance for a task that has ended.

use std::num::NonZeroU64;

use super::timeout_queue::{EXPIRY_BATCH, TimeoutQueue};
use crate::util::quietly;
use crate::util::sync::{Mutex, lock};

/// An alarm. `B` is the context that it needs to be set.
pub(crate) trait Alarm<B> {
    /// Sets it for the task that came at `since`, or unsets it. If that fails, the error is what it is set for instead.
    fn set(&mut self, since: Option<NonZeroU64>, by: B) -> Result<(), Option<NonZeroU64>>;

    /// If its time is over, returns the ticks up to which tasks are due, and unsets it.
    fn take_due(&mut self) -> Option<u64>;

    /// More tasks are due than are woken at once: expires the rest after the woken tasks have run. `false` if it cannot.
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

    /// Moves the alarm to the head, and wakes the tasks that are due. Call it after the head has changed, and when the alarm
    /// fires. `false` if the alarm could not be set.
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
                    // It may have been set after its time was over.
                    due = alarm.take_due();
                }
                let Some(due) = due else { return true };
                due
            };
            let wakers = self.queue.expire(due);
            // If no other task is due, nothing must continue later: the runtime could shut down before.
            let is_all = wakers.len() < EXPIRY_BATCH || !self.queue.is_due(due);
            for waker in wakers {
                // A waker that panics affects neither the others nor the thread that drives the clock.
                quietly(|| waker.wake());
            }
            // A grace counts from when its task sees its timeout: the first tasks should have cleaned up before the last are
            // woken. If that is not possible, the next task becomes the head, and its alarm fires at once.
            if !is_all && lock(&self.alarm).continue_later(by) {
                return true;
            }
        }
    }
}
