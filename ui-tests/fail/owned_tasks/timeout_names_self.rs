//! The timeout is a constant outside of the `impl`, where `Self` has no meaning.
//! The fix: `timeout = Shop::LIMIT`.

use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    const LIMIT: Duration = Duration::from_secs(5);

    #[detached(timeout = Self::LIMIT)]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    println!("{:?}", Shop::LIMIT);
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
