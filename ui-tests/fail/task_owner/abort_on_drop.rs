//! A task that is aborted with its handle is cut off in the middle, where the tracker would have told it.
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
