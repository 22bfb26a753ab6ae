//! A loop of `&self` names no tracker, as the service's is meant: that is one error, and no missing `track` beside it.
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
