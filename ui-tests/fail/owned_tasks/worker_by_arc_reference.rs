//! A worker with `&Arc<Self>` would hold a clone of the `Arc`, and own its owner.
//! The fix: `&self`.

use std::sync::Arc;

use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[worker(grace = "2s")]
    async fn sell(self: &Arc<Self>) {
        Context::current().cancelled().await;
        println!("closing: {}", self.tasks.live());
    }
}

fn main() {
    Arc::new(Shop { tasks: OwnedTracker::bounded("shop", 64) }).sell();
}
