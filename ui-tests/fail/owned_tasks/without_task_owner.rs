//! The service has no tracker for its tasks. There is one error, and not one for each method.
//! The fix: `#[derive(Clone, TaskOwner)]`, and a field `tasks: OwnedTracker`.

use outlive::{detached, owned_tasks, periodic, worker};

struct Shop {
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) -> bool {
        self.keys.contains(&key)
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn count(&self) {}

    #[worker(grace = "2s")]
    async fn listen(&self) {}
}

fn main() {
    let shop = Shop { keys: Vec::new() };
    shop.count();
    shop.listen();
    shop.refill("tea".to_owned());
}
