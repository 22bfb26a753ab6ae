//! The service stores a detached context. It has no deadline, but still the identity of one request.
//! The fix: leave it out, and read `Context::current()` where it is needed.

use outlive::{Context, DetachedContext, OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    context: DetachedContext,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), context: Context::current().detach() });
}
