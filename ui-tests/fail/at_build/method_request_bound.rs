//! A method's argument belongs to the request. The macro sees a method without
//! its `impl`, which may be generic, so only a build checks the argument's type.
//! The fix: await it in the handler, or pass what the task needs of it.

use std::sync::Arc;

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload;

impl RequestBound for Upload {}

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn store(self: Arc<Self>, upload: Upload) {
        drop(upload);
    }
}

fn main() {
    Arc::new(Service).store(Upload);
}
