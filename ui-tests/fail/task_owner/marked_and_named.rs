//! A service has one tracker, and the mark does not allow a second one.
//! The fix: a service of its own for what `exports` tracks.

use outlive::{OwnedTracker, TaskOwner};

type Tasks = OwnedTracker<5>;

#[derive(Clone, TaskOwner)]
struct Server {
    #[tasks]
    requests: Tasks,
    exports: OwnedTracker,
}

fn main() {
    let requests = OwnedTracker::bounded("requests", 64).drain_budget();
    drop(Server { requests, exports: OwnedTracker::bounded("exports", 4) });
}
