//! A worker without arguments runs once for each owner: the line that started it is no kind of its own.
//! The fix: leave `site` out.

use outlive::{OwnedTracker, TaskOwner, owned_tasks, worker};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[worker(site = caller)]
    async fn consume(&self) {}
}

fn main() {
    Server { tasks: OwnedTracker::bounded("server", 8) }.consume();
}
