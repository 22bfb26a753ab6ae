//! The task exists once it has been started, and is outside of the tracker.
//! The fix: a `#[worker]` method in an `#[owned_tasks]` impl; a second start of it is refused.

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::AbortHandle;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    refresh: Option<AbortHandle>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), refresh: None });
}
