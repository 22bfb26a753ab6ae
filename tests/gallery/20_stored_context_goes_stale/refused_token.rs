//! The first request's token cancels what the client does for all that follow.
//! The fix: leave it out: the tracker has the one cancel.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::CancellationToken;

#[derive(Clone, TaskOwner)]
struct Client {
    tasks: OwnedTracker,
    request: Option<CancellationToken>,
}

fn main() {
    drop(Client { tasks: OwnedTracker::bounded("client", 64), request: None });
}
