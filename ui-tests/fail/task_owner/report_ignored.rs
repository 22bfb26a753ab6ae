//! The report says which tasks the shutdown cut short, and nobody looks at it.
//! The fix: `println!("{}", server.shutdown().await)`, or log it.

#![deny(unused_must_use)]

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64) };
    server.shutdown().await;
}
