//! Without `self`, there is no service that could track the task.
//! The fix: `&self`, or `track = AUDIT` with a static.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(key: String) {
        println!("{key}");
    }
}

fn main() {
    drop(Shop { tasks: OwnedTracker::bounded("shop", 64) });
    Shop::refill("tea".to_owned());
}
