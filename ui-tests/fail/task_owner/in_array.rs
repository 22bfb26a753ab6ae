//! An array of tokens is a second way to cancel as well.
//! The fix: leave them out, and wait for `Context::current().cancelled()` in the loops.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::CancellationToken;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stops: [CancellationToken; 2],
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stops: Default::default() });
}
