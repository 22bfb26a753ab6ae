//! A mistake in the struct is one error. Its methods and their callers have none.
//! The fix: `tasks: OwnedTracker`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks, periodic, worker};

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: Arc<OwnedTracker>,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "60s")]
    async fn greet(&self, whom: String) -> String {
        format!("{whom}, {} are busy", self.tasks.live())
    }

    #[periodic(every = "30s", timeout = "10s")]
    async fn refresh(&self) {}

    #[worker(grace = "2s")]
    async fn listen(self: &Self) {}
}

#[tokio::main]
async fn main() {
    let server = Server { tasks: Arc::new(OwnedTracker::bounded("shop", 64)) };
    server.refresh();
    server.listen();
    println!("{:?}", server.greet("Ada".to_owned()).await);
    println!("{} of {:?}", server.shutdown().await, Server::DRAIN_BUDGET);
}
