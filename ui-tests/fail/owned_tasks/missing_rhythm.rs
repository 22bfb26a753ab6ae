//! A periodic method says neither how often it runs nor how long a run may take.
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
