//! One element of the tuple belongs to the request.
//! The fix: pass what the task needs of it, here the user's number.

use outlive::{RequestBound, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Upload;

impl RequestBound for Upload {}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit((user, _): (u64, Upload)) {
    println!("{user} signed in");
}

fn main() {
    write_audit((7, Upload));
}
