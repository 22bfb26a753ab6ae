//! A group belongs to the caller that waits for it. In a service it would be a second place to wait.
//! The fix: `#[detached]` methods in an `#[owned_tasks]` impl, or a group in the method that waits for it.

use outlive::{Group, OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    exports: Group<String>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), exports: Group::new() });
}
