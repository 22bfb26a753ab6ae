//! A worker without arguments runs once for each owner, and asks for its place once.
//! The fix: leave `when_full` out.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Shop {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Shop {
    #[worker(when_full = wait)]
    async fn consume(&self) {}
}

fn main() {
    drop(Shop { tasks: OwnedTracker::bounded("shop", 64) });
}
