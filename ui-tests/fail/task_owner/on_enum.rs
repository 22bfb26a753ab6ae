//! An enum has its tracker in some of its variants, and perhaps in none.
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
