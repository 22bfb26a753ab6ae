//! The task is outside of the tracker. When the service is dropped, its handle is dropped, and the task runs on.
//! The fix: a `#[periodic]` method in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};
use tokio::task::JoinHandle;

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    refresh: JoinHandle<()>,
}

fn main() {
    let refresh = tokio::spawn(async {});
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), refresh });
}
