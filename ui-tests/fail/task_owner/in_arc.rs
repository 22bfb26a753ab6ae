//! The service's clones share the token, and it is still a second way to cancel.
//! The fix: leave it out: the tracker cancels when the last owner goes.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::DropGuard;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stop: Arc<DropGuard>,
}

fn main() {
    let stop = Arc::new(tokio_util::sync::CancellationToken::new().drop_guard());
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stop });
}
