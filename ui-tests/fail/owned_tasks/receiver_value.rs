//! A task with the service itself would be one of its owners, and keep its loops alive.
//! The fix: `&self`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
