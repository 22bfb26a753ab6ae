//! The service's own tracker tracks its tasks.
//! The fix: leave the static out.

use outlive::{OwnedTracker, TaskOwner, Tracker, detached, owned_tasks};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks(AUDIT)]
impl Shop {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.refill("tea".to_owned());
    AUDIT.live();
}
