//! A second place for tasks: it has no bound, no timeouts and no names.
//! The fix: `#[detached]` methods in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    exports: tokio::task::JoinSet<u64>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), exports: tokio::task::JoinSet::new() });
}
