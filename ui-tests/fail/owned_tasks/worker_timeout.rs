//! A worker runs until it is cancelled, and has no timeout.
//! The fix: leave `timeout` out; `grace` is how long it may take to end.

use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[worker(timeout = "2s")]
    async fn sell(&self) {
        Context::current().cancelled().await;
        println!("closing: {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.sell();
}
