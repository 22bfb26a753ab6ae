//! The struct derives `TaskOwner`; the attribute is for the block of its methods.
//! The fix: `#[derive(Clone, TaskOwner)]` on the struct, and `#[owned_tasks]` on the `impl`.

use outlive::{OwnedTracker, detached, owned_tasks};

#[owned_tasks]
#[derive(Clone)]
struct Shop {
    tasks: OwnedTracker,
}

impl Shop {
    #[detached(timeout = "5s")]
    async fn sell(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 8) };
    shop.sell();
    drop(shop.shutdown());
}
