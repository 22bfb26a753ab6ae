//! The argument belongs to the request: its type implements `RequestBound`. When the client has gone, the server would work on.
//! The fix: await it in the handler, or pass what the task needs of it, here `upload.user`.

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload {
    user: u64,
}

impl RequestBound for Upload {}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(mut upload: Upload) {
    upload.user += 1;
    println!("{}", upload.user);
}

fn main() {
    write_audit(Upload { user: 7 });
}
