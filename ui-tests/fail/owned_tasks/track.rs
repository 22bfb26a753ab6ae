//! The service tracks its tasks, and a task has one tracker.
//! The fix: leave `track` out.

use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
}
