//! `#[owned_tasks]` does not know the method's attribute under another name.
//! The fix: `#[detached(timeout = "5s")]`.

use outlive::{OwnedTracker, TaskOwner, detached as background, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[background(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("pears".to_owned());
}
