//! Timeouts: the queue of those who wait, and the task that expires them.

mod driver;
mod timeout_queue;

pub(crate) use driver::{NoClock, TimeoutQueues, TimerEntry};
