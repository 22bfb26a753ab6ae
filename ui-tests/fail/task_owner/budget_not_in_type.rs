//! The drain budget is in the tracker's type, and the field says 20 s.
//! The fix: `tasks: OwnedTracker<90>`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64).drain_budget::<90>() });
}
