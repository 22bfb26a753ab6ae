//! Some of an enum's variants may have no tracker.
//! The fix: `struct Server { tasks: OwnedTracker, state: State }`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
enum Server {
    Idle,
    Serving(OwnedTracker),
}

fn main() {
    drop([Server::Idle, Server::Serving(OwnedTracker::bounded("shop", 64))]);
}
