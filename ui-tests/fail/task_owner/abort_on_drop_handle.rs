//! A task of tokio's that ends with whichever clone of the service has its handle: a second cancel.
//! The fix: a `#[detached]` method in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::task::AbortOnDropHandle;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    export: Option<AbortOnDropHandle<u64>>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), export: None });
}
