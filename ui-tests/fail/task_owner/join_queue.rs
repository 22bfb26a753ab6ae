//! A second place for tasks: it has no bound, no timeouts and
//! no names, and aborts its tasks when the service is dropped.
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
