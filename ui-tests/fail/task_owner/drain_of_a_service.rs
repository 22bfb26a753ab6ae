//! A service drains its own tracker, as a part of its shutdown.
//! The fix: `server.shutdown().await`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64) };
    println!("{}", server.tasks.drain().await);
}
