//! `#[owned_tasks]` goes on the `impl`, once for all its methods.
//! The fix: `#[owned_tasks]` in front of `impl Shop`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

impl Shop {
    #[owned_tasks]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    let shop = Shop { tasks: OwnedTracker::bounded("shop", 64) };
    drop(shop.refill("tea".to_owned()));
}
