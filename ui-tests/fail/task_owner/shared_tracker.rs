//! A tracker that is shared drains when somebody says so, and not when its service goes: its loops would live on.
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
