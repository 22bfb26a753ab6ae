//! An alias does not allow a second tracker: the compiler knows the field's type.
//! The fix: a service of its own for what `exports` tracks.

use outlive::{OwnedTracker, TaskOwner};

type Exports = OwnedTracker<90>;

#[derive(Clone, TaskOwner)]
struct Server {
    requests: OwnedTracker,
    exports: Exports,
}

fn main() {
    let exports = OwnedTracker::bounded("exports", 4).drain_budget();
    drop(Server { requests: OwnedTracker::bounded("requests", 64), exports });
}
