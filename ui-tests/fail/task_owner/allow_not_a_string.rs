//! The reason must be a string.
//! The fix: `#[tasks(allow = "cancels downloads of others, which pass it in")]`.

use outlive::{OwnedTracker, TaskOwner};
use tokio_util::sync::CancellationToken;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    #[tasks(allow = true)]
    downloads: CancellationToken,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), downloads: CancellationToken::new() });
}
