//! The service holds a list of services. A task's clone would own all of them, and they would never end.
//! The fix: hold the list beside the service, and give it what it needs of them.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Shard {
    tasks: OwnedTracker,
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    shards: Vec<Shard>,
}

fn main() {
    let shards = vec![Shard { tasks: OwnedTracker::bounded("shard", 8) }];
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), shards });
}
