//! The drain budget is part of the tracker's type, and the field's type has 20 s.
//! The fix: `tasks: OwnedTracker<90>`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64).drain_budget::<90>() });
}
