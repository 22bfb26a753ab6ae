//! A task cannot borrow the service exclusively.
//! The fix: `&self`, and `keys: Arc<Mutex<Vec<String>>>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&mut self, key: String) {
        self.keys.push(key);
    }
}

fn main() {
    let mut shop = Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() };
    shop.refill("tea".to_owned());
}
