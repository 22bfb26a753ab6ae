//! A task with `&self` works on a clone of the service that does not own it. This service has no clone.
//! The fix: `#[derive(Clone, TaskOwner)]`, or `self: &Arc<Self>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks, periodic};

#[derive(TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) -> bool {
        self.keys.contains(&key)
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn count(&self) {}
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() };
    shop.count();
    shop.refill("tea".to_owned());
}
