//! A drain lets the run in progress finish, so it has to wait for the run's timeout.
//! The fix: a shorter timeout, or `tasks: OwnedTracker<45>`.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, periodic};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[periodic(every = "5m", timeout = "45s")]
    async fn count(&self) {
        println!("{}", self.tasks.live());
    }
}

fn main() {
    Shop { tasks: OwnedTracker::bounded("shop", 64) }.count();
}
