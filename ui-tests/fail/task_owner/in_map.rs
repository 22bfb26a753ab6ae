//! The map holds a task for each key, outside of the tracker.
//! The fix: a `#[worker]` method that takes the key; `OwnedTracker::bounded` says how many there may be.

use std::collections::HashMap;
use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    rooms: Arc<Mutex<HashMap<String, JoinHandle<()>>>>,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), rooms: Arc::default() });
}
