//! How many tasks run at once is said where the tracker is made.
//! The fix: leave it out, and write `OwnedTracker::bounded("shop", 4)`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s", concurrency = 4)]
    async fn sell(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 8) }.sell();
}
