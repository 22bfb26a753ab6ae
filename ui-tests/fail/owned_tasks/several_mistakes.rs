//! All mistakes are shown at once, each at its method. The caller has no error.
//! The fix: `timeout = "5s"`, `every = "30s"`, no `track`, and `&self`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks, periodic, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5 sconds")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }

    #[periodic(every = 30, timeout = "10s")]
    async fn count(&self) {}

    #[detached(timeout = "5s", track = AUDIT)]
    async fn write(&self) {}

    #[worker]
    async fn sell(self: Arc<Self>) {}
}

fn main() {
    let shop = Arc::new(Shop { tasks: OwnedTracker::bounded("shop", 64) });
    shop.refill("tea".to_owned());
    shop.count();
    shop.write();
    shop.sell();
}
