//! A struct without fields has no tracker.
//! The fix: `struct Server { tasks: OwnedTracker }`.

use outlive::TaskOwner;

#[derive(Clone, TaskOwner)]
struct Server;

async fn stop(server: Server) {
    println!("{}", server.shutdown().await);
}

fn main() {
    drop(stop(Server));
}
