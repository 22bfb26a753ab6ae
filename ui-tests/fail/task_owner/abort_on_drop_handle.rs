//! The handle aborts a task of tokio's when one of the service's clones is dropped: a second way to cancel.
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
