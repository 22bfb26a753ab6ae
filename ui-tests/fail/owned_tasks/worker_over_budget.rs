//! A drain waits for a worker's grace, and this grace is longer than the drain budget.
//! The fix: a shorter grace, or `tasks: OwnedTracker<25>`.

use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[worker(grace = "25s")]
    async fn sell(&self) {
        Context::current().cancelled().await;
        println!("closing: {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.sell();
}
