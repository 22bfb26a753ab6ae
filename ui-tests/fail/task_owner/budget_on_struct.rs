//! The drain budget is in the tracker's type, where the compiler sees it.
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
