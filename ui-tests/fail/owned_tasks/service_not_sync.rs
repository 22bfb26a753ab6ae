//! The same for what several threads cannot use at once.
//! The fix: `AtomicU64`, or a lock.

use std::cell::Cell;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    sold: Cell<u64>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn sell(&self, price: u64) {
        self.sold.set(self.sold.get() + price);
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), sold: Cell::new(0) }.sell(7);
}
