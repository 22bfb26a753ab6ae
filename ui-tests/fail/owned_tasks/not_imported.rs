//! The block's attribute does not bring the methods' with it.
//! The fix: `use outlive::{detached, owned_tasks};`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    drop(Shop { tasks: OwnedTracker::bounded("shop", 64) });
}
