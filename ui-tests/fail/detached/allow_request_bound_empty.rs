//! The reason is empty. It is for the readers of the code.
//! The fix: say what must not be cut half-way.

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload;

impl RequestBound for Upload {}

#[detached(timeout = "5s", track = AUDIT, allow_request_bound = "")]
async fn write_audit(upload: Upload) {
    drop(upload);
}

fn main() {
    write_audit(Upload);
}
