//! The tuple holds a task's handle, outside of the tracker.
//! The fix: `worker: String`, and a `#[worker]` method in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::JoinHandle;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    worker: Option<(String, JoinHandle<()>)>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), worker: None });
}
