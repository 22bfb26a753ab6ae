//! The macro sees names, and does not know that `Tasks` is a tracker.
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
