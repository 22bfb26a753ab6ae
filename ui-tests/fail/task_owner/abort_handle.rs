//! An `AbortHandle` belongs to a task that no tracker knows.
//! The fix: a `#[worker]` method in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::AbortHandle;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    refresh: AbortHandle,
}

fn main() {
    let refresh = tokio::spawn(async {}).abort_handle();
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), refresh });
}
