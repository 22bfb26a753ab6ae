//! No shutdown of the service can wait for this task: its timeout never ends.
//! The fix: the longest time that a call may take, or a `#[worker]`, which ends when it is told.

use std::time::Duration;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

const FOREVER: Duration = Duration::MAX;

#[owned_tasks]
impl Shop {
    #[detached(timeout = FOREVER)]
    async fn export(&self, to: String) {
        println!("{to} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.export("accounts".to_owned());
}
