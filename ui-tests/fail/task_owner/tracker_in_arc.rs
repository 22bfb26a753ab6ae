//! A task works on a clone of the service that does not own it. That is not possible if the tracker is in an `Arc`.
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
