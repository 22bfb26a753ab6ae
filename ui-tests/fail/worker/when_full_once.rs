//! A worker without arguments runs once for each owner, and asks for its place once.
//! The fix: leave `when_full` out.

use outlive::{Context, OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Post {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Post {
    #[worker(when_full = wait)]
    async fn deliver(&self) {
        println!("{} {:?}", self.tasks.live(), Context::current().cancelled().await);
    }
}

fn main() {
    Post { tasks: OwnedTracker::bounded("post", 8) }.deliver();
}
