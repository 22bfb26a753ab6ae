//! A method of an extractor is detached, and the extractor belongs to the request.
//! The fix: await it in the handler, or pass what the task needs of it.

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload(u64);

impl RequestBound for Upload {}

impl Upload {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn store(self) -> u64 {
        self.0
    }
}

fn main() {
    Upload(7).store();
}
