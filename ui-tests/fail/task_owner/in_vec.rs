//! The list holds many tasks, outside of the tracker.
//! The fix: `#[periodic]` methods in an `#[owned_tasks]` impl: they need no handles.

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::JoinHandle;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    loops: Vec<JoinHandle<()>>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), loops: Vec::new() });
}
