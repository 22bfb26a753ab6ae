//! An `AbortOnDrop` in the service aborts its task at any point. The service's own tracker would cancel it first.
//! The fix: leave it out, and make the task a `#[worker]` method.

use outlive::{AbortOnDrop, OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    refresh: Option<AbortOnDrop<()>>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), refresh: None });
}
