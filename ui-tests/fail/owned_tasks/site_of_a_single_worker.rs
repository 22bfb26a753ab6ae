//! A worker without arguments runs once for each owner, so there is one site for all lines that call it.
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
