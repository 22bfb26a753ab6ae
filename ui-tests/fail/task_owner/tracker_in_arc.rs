//! A clone of the service that a task works on gives the ownership up, which it cannot do behind an `Arc`.
//! The fix: `tasks: OwnedTracker`, which is an `Arc` inside.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: Arc<OwnedTracker>,
}

fn main() {
    drop(Server { tasks: Arc::new(OwnedTracker::bounded("shop", 64)) });
}
