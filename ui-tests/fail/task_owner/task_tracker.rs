//! A second place to wait, which the service's shutdown does not know.
//! The fix: `#[detached]` methods in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::task::TaskTracker;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    exports: TaskTracker,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), exports: TaskTracker::new() });
}
