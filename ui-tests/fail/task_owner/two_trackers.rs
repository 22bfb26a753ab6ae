//! With two trackers, a service would have two cancellations, and its shutdown would wait for one of them.
//! The fix: a service of its own for what `exports` tracks, in a field of this one.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    requests: OwnedTracker,
    exports: OwnedTracker<90>,
}

fn main() {
    let requests = OwnedTracker::bounded("requests", 64);
    let exports = OwnedTracker::bounded("exports", 4).drain_budget();
    drop(Server { requests, exports });
}
