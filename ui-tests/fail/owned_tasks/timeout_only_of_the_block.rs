//! Each method has a timeout of its own, and none is missing beside it.
//! The fix: `#[detached(timeout = "5s")]` on the method.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks(timeout = "5s")]
impl Shop {
    #[detached]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
