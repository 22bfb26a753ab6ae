//! One request's identity and deadline, in all that the client does from then on.
//! The fix: leave it out, and read `Context::current()` where it is needed.

use outlive::{Context, OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Client {
    tasks: OwnedTracker,
    context: Context,
}

fn main() {
    drop(Client { tasks: OwnedTracker::bounded("client", 64), context: Context::current() });
}
