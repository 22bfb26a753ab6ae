//! `crate` takes a path.
//! The fix: `#[tasks(crate = outlive)]`, or nothing, as it is not renamed.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
#[tasks(crate = "outlive")]
struct Server {
    tasks: OwnedTracker,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64) });
}
