//! The drain budget of this service is 20 s: the task would be cut short at every shutdown.
//! The fix: a shorter timeout, or `tasks: OwnedTracker<30>`.

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "30s")]
    async fn export(&self, to: String) {
        println!("{to} {}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.export("accounts".to_owned());
}
