//! `crate` takes a path.
//! The fix: `#[owned_tasks(crate = outlive)]`, or nothing, as it is not renamed.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks(crate = "outlive")]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
