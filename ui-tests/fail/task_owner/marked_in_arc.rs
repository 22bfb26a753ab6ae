//! The service's own tracker is in an `Arc`.
//! The fix: `tasks: OwnedTracker`, without a mark.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    #[tasks]
    tasks: Arc<OwnedTracker>,
}

fn main() {
    drop(Server { tasks: Arc::new(OwnedTracker::bounded("shop", 64)) });
}
