//! The guard cancels when its one owner is dropped. The service's clones, and its shutdown, do not know of it.
//! The fix: leave it out: the tracker cancels when the last owner goes.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::{CancellationToken, DropGuard};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stop: DropGuard,
}

fn main() {
    let stop = CancellationToken::new().drop_guard();
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stop });
}
