//! A task of the outer service holds a clone of it. With the `Arc`, it would own the inner service, which would never end.
//! The fix: `cache: Cache`, whose clones are cheap.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Cache {
    tasks: OwnedTracker,
}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    cache: Arc<Cache>,
}

fn main() {
    let cache = Arc::new(Cache { tasks: OwnedTracker::bounded("cache", 8) });
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), cache });
}
