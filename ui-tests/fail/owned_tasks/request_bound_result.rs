//! A method's result belongs to the request, and its client may have gone.
//! The fix: make it in the handler.

use outlive::{OwnedTracker, RequestBound, TaskOwner, detached, owned_tasks};

struct Upload;

impl RequestBound for Upload {}

#[derive(Clone, TaskOwner)]
struct Server {
    tasks: OwnedTracker,
}

#[owned_tasks]
impl Server {
    #[detached(timeout = "5s", blocking, allow_request_bound = "all of it")]
    fn store(&self, upload: Upload) -> Upload {
        upload
    }

    #[detached(timeout = "5s", blocking)]
    fn restore(&self) -> Vec<Upload> {
        Vec::new()
    }
}

fn main() {
    let server = Server { tasks: OwnedTracker::bounded("server", 64) };
    server.store(Upload);
}
