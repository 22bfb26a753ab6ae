//! `#[periodic]` goes on one method, and not on the `impl`.
//! The fix: `#[owned_tasks]` here, and `#[periodic(every = "30s", timeout = "10s")]` on `refresh`.

use outlive::{OwnedTracker, TaskOwner, periodic};

#[derive(Clone, TaskOwner)]
struct Cache {
    tasks: OwnedTracker,
}

#[periodic(every = "30s", timeout = "10s")]
impl Cache {
    async fn refresh(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    drop(Cache { tasks: OwnedTracker::bounded("cache", 8) }.refresh());
}
