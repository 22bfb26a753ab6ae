//! A loop with `&self` names no tracker. The service's tracker is meant, so there is one error, and none about a missing `track`.
//! The fix: `#[owned_tasks]` on the `impl`.

use outlive::{OwnedTracker, TaskOwner, periodic};

#[derive(Clone, TaskOwner)]
struct Cache {
    tasks: OwnedTracker,
}

impl Cache {
    #[periodic(every = "30s", timeout = "10s")]
    async fn refresh(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Cache { tasks: OwnedTracker::bounded("cache", 8) }.refresh();
}
