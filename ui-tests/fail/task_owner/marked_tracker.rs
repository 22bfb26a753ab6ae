//! A `Tracker` is for a static: it ends with the process, and not with its service.
//! The fix: `tasks: OwnedTracker`.

use std::sync::Arc;

use outlive::{TaskOwner, Tracker};

#[derive(Clone, TaskOwner)]
struct Server {
    #[tasks]
    tasks: Arc<Tracker>,
}

fn main() {
    drop(Server { tasks: Arc::new(Tracker::bounded("shop", 64)) });
}
