//! A `Box` of the service would own it.
//! The fix: `&self`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(self: Box<Self>, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Box::new(Shop { tasks: OwnedTracker::bounded("shop", 64) }).refill("tea".to_owned());
}
