//! A type error in the body is reported at its place, as in any other method.
//! The fix: `self.keys.len()`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
    keys: Vec<String>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s")]
    async fn count(&self) -> usize {
        self.keys.clone()
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64), keys: Vec::new() }.count();
}
