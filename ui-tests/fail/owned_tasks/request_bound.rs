//! A method's argument belongs to the request. When the client has gone, the service would work on.
//! The fix: await it in the handler, or pass what the task needs of it.

use outlive::{OwnedTracker, RequestBound, TaskOwner, detached, owned_tasks};

struct Upload;

impl RequestBound for Upload {}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s")]
    async fn store(&self, upload: Upload) {
        drop(upload);
    }
}

fn main() {
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    server.store(Upload);
}
