//! A service with the lifetime `'static` never shuts down.
//! The fix: `&self`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&'static self, key: String) {
        println!("{key}");
    }
}

fn main() {
    let shop = Box::leak(Box::new(Shop { tasks: OwnedTracker::bounded("shop", 64) }));
    shop.refill("pears".to_owned());
}
