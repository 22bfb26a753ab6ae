//! Timeouts: the tasks of one function that wait, in the order of their deadlines, with one timer for all of them.
//!
//! A function's timeout is fixed, so its deadlines come in order, and one FIFO queue with one timer takes the place of a timer a task.
//!
//! - [`timeout_queue`]: the queue. No clock, no runtime.
//! - [`alarm`]: the queue with its one alarm, which is kept at the deadline of its head.
//! - [`runtimes`]: which runtime a task is on.
//! - [`driver`]: the alarm as a timer of tokio's, and which queue is a task's.
//!
//! Lock order: alarm, then queue; alarm, then tokio's own. No waker is woken or dropped under either.

mod alarm;
mod driver;
mod runtimes;
mod timeout_queue;

pub(crate) use driver::{NoClock, TimeoutQueues, TimerEntry};
pub(crate) use runtimes::spawns_on;
