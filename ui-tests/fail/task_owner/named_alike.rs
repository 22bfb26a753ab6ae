//! Another type with this name is taken for the tracker.
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
