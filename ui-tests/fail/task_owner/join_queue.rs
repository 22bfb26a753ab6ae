//! A second place to hold tasks, in their order: without a bound, a timeout or a name, and aborted when the service is
//! dropped.
//! The fix: `#[detached]` methods in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::task::JoinQueue;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    exports: JoinQueue<u64>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), exports: JoinQueue::new() });
}
