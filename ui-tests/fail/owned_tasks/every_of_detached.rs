//! `every` belongs to `#[periodic]`.
//! The fix: `#[periodic(every = "30s", timeout = "10s")]`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(every = "30s", timeout = "10s")]
    async fn count(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.count();
}
