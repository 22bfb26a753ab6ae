//! An argument moves to the task's thread, and an `Rc` cannot.
//! The fix: `key: Arc<str>`.

use std::rc::Rc;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: Rc<str>) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill(Rc::from("tea"));
}
