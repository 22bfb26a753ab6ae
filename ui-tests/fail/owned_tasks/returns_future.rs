//! The task would return a future, and nobody would poll it.
//! The fix: await it in the body.

use std::pin::Pin;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

type Next = Pin<Box<dyn Future<Output = u64> + Send>>;

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn next(&self) -> Next {
        Box::pin(async { 1 })
    }
}

fn main() {
    Server { tasks: OwnedTracker::bounded("server", 8) }.next();
}
