//! The `impl Trait` may borrow from `&self`, and the handle's value outlives the task's clone.
//! The fix: `-> Vec<String>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn keys(&self) -> impl IntoIterator<Item = String> {
        self.keys.clone()
    }
}

#[tokio::main]
async fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() };
    drop(shop.keys().await);
}
