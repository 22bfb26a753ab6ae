//! Timeouts: the pending tasks of one function, in the order of their deadlines, with one timer for all of them.
//!
//! A function's timeout is fixed, so its deadlines come in order. So one FIFO queue with one timer replaces a timer per
//! task.
//!
//! - [`timeout_queue`]: the queue. No clock, no runtime.
//! - [`alarm`]: the queue with its one alarm, which is always set to the deadline of the head.
//! - [`runtimes`]: the runtime that a task is on.
//! - [`driver`]: the alarm as a tokio timer, and the assignment of tasks to queues.
//!
//! Lock order: alarm, then queue; alarm, then tokio's own. No waker is woken or dropped under either.

mod alarm;
mod driver;
mod runtimes;
mod timeout_queue;

pub(crate) use driver::{NoClock, TimeoutQueues, TimerEntry};
pub(crate) use runtimes::spawns_on;
