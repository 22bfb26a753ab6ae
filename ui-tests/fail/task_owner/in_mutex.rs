//! Behind a lock, the tasks are still outside of the tracker.
//! The fix: `#[detached]` methods in an `#[owned_tasks]` impl.

use std::sync::Mutex;

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::JoinSet;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    exports: Mutex<JoinSet<u64>>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), exports: Mutex::default() });
}
