//! A guard cancels when its one owner goes; the service's clones, and its shutdown, know nothing of it.
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
