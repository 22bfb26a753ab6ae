//! A trait's methods return what the trait says, and not a handle.
//! The fix: `refill` in an `impl Shop` with `#[owned_tasks]`, and a method of the trait that calls it.

use outlive::{OwnedTracker, TaskOwner, owned_tasks};

trait Stock {
    fn refill(&self, key: String);
}

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Stock for Shop {
    #[outlive::detached(timeout = "5s")]
    fn refill(&self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
