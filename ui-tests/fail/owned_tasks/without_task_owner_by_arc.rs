//! The methods take `Arc<Self>`. Such a service owns its tasks as well, and needs a tracker for them.
//! The fix: `#[derive(TaskOwner)]`, and a field `tasks: OwnedTracker`.

use std::sync::Arc;

use outlive::{detached, owned_tasks};

struct Shop {
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(self: Arc<Self>, key: String) -> bool {
        self.keys.contains(&key)
    }

    #[detached(timeout = "5s")]
    async fn empty(self: &Arc<Self>) -> bool {
        self.keys.is_empty()
    }
}

fn main() {
    let shop = Arc::new(Shop { keys: Vec::new() });
    shop.empty();
    shop.refill("tea".to_owned());
}
