//! The handle's value outlives the clone of the service that the task has.
//! The fix: `-> Option<String>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn first(&self) -> Option<&str> {
        self.keys.first().map(String::as_str)
    }
}

#[tokio::main]
async fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() };
    println!("{:?}", shop.first().await);
}
