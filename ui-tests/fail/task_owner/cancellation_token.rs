//! A token is a second way to cancel. A reload drops the service, nobody cancels the token, and the tasks that wait for it live on.
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
