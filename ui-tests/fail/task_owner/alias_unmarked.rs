//! A macro sees names, and `Tasks` is not that of a tracker.
//! The fix: `#[tasks] tasks: Tasks`.

use outlive::{OwnedTracker, TaskOwner};

type Tasks = OwnedTracker<90>;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: Tasks,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64).drain_budget() });
}
