//! A periodic method has neither a period nor a timeout.
//! The fix: `#[periodic(every = "30s", timeout = "10s")]`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[periodic]
    async fn count(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.count();
}
