//! The task outlives its caller, and so may outlive the text.
//! The fix: `event: String`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: &str) {
    println!("{event}");
}

fn main() {
    write_audit("signed in");
}
