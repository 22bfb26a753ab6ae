//! `shutdown` is a future: without `.await`, nothing is cancelled, and nothing waits.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64) };
    server.shutdown();
}
