//! A service that stores a context does all its work with the identity and the deadline of one request.
//! The fix: leave it out, and read `Context::current()` where it is needed.

use outlive::{Context, OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    context: Context,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), context: Context::current() });
}
