//! A method with `&self` is tracked by its own service.
//! The fix: `#[owned_tasks]` on the `impl`, and no `track`.

use outlive::{OwnedTracker, TaskOwner, detached};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

impl Shop {
    #[detached(timeout = "5s", track = self.tasks)]
    async fn refill(&self, key: u64) {
        println!("{key}");
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill(7);
}
