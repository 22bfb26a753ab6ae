//! The tasks may outlive what the service borrows.
//! The fix: `name: String`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Server<'a> {
    tasks: OwnedTracker,
    name: &'a str,
}

async fn stop(name: &str) {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64), name };
    println!("{} {}", server.name, server.shutdown().await);
}

fn main() {
    drop(stop(&"shop".to_owned()));
}
