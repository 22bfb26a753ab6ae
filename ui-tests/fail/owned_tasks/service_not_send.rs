//! A service's tasks run on other threads. That is said once, at the struct.
//! The fix: `Arc<str>`.

use std::rc::Rc;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    name: Rc<str>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.name);
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), name: Rc::from("shop") }.refill("tea".to_owned());
}
