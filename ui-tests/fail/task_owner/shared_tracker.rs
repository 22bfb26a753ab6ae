//! A shared tracker is not drained when the service is dropped: the service's loops would live on.
//! The fix: `tasks: OwnedTracker`, which is shared by the service's clones.

use outlive::{TaskOwner, Tracker};
use std::sync::Arc;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: Arc<Tracker>,
}

fn main() {
    drop(Server { tasks: Arc::new(Tracker::bounded("shop", 64)) });
}
