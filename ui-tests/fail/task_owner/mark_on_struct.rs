//! `#[tasks]` marks a field, and not the struct.
//! The fix: `#[tasks]` in front of `tasks: Tasks`.

use outlive::{OwnedTracker, TaskOwner};

type Tasks = OwnedTracker<90>;

#[derive(Clone, TaskOwner)]
#[tasks]
struct Server {
    tasks: Tasks,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64).drain_budget() });
}
