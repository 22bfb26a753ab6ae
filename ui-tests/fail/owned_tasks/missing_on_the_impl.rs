//! Methods of `&self` work on a clone of their service, and the block has to say that it is one. It is said once.
//! The fix: `#[owned_tasks]` on the `impl`.

use outlive::{OwnedTracker, TaskOwner, detached, periodic, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

impl Shop {
    #[detached(timeout = "5s")]
    async fn sell(&self) {
        println!("{}", self.tasks.live());
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn count(&self) {
        println!("{}", self.tasks.live());
    }

    #[worker(grace = "2s")]
    async fn restock(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 8) };
    drop((shop.sell(), shop.count(), shop.restock()));
}
