//! A method named `shutdown` hides the service's own, which waits for the tasks.
//! The fix: another name, and `self.shutdown().await` in it.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: u64) {
        println!("{key}");
    }

    async fn shutdown(&self) {
        println!("closing");
    }
}

#[tokio::main]
async fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64) };
    shop.refill(7);
    shop.shutdown().await;
}
