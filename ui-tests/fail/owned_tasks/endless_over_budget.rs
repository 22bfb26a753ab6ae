//! What reads a channel until it is closed has no timeout: it ends with its service.
//! The fix: `#[worker]`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks};
use tokio::sync::mpsc;

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "24h")]
    async fn consume(&self, mut orders: mpsc::Receiver<u64>) {
        while let Some(order) = orders.recv().await {
            println!("order {order}");
        }
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 4) }.consume(mpsc::channel(8).1);
}
