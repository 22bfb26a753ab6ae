//! A type of one's own by that name is taken for the tracker, and is none.
//! The fix: `outlive::OwnedTracker`; and another name for the other.

use outlive::TaskOwner;

#[derive(Clone)]
struct OwnedTracker {
    parcels: Vec<u64>,
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

fn main() {
    let server = Server { tasks: OwnedTracker { parcels: vec![7] } };
    println!("{:?}", server.tasks.parcels);
}
