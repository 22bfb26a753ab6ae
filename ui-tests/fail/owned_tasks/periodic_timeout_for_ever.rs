//! A run without an end is the last run.
//! The fix: the longest time that a run may take, or a `#[worker]`.

use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[periodic(every = "30s", timeout = Duration::MAX)]
    async fn refresh(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refresh();
}
