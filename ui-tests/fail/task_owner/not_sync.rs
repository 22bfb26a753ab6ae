//! Several tasks use the service at once, and a `Cell` cannot be shared between threads.
//! The fix: `AtomicU64`, or a lock.

use std::cell::Cell;

use outlive::{OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    served: Cell<u64>,
}

fn main() {
    let server = Server { tasks: OwnedTracker::bounded("shop", 64), served: Cell::new(0) };
    println!("{}", server.served.get());
}
