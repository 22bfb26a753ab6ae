//! One request's identity and deadline, in all that the service does from then on.
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
