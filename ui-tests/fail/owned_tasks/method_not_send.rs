//! The body holds a value across an `.await` that cannot move to another thread.
//! The fix: drop the guard before, or use tokio's `Mutex`.

use std::sync::{Arc, Mutex};

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Arc<Mutex<Vec<String>>>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        let mut keys = self.keys.lock().unwrap();
        tokio::task::yield_now().await;
        keys.push(key);
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Arc::default() }.refill("tea".to_owned());
}
