//! The service tracks the task, and the timeout is missing.
//! The fix: `#[detached(timeout = "5s")]`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
