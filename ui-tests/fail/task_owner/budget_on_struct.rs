//! The drain budget is part of the tracker's type, and not of the struct.
//! The fix: `tasks: OwnedTracker<90>`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
#[tasks(budget = "90s")]
struct Server {
    tasks: OwnedTracker,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64) });
}
