//! A second cancel: a reload drops the service, nobody cancels the token, and what listens to it lives on.
//! The fix: leave it out, and wait for `Context::current().cancelled()` in the loops.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::CancellationToken;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stop: CancellationToken,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stop: CancellationToken::new() });
}
