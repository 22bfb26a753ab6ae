//! A plain function may block a worker thread of the runtime.
//! The fix: `async fn`; or `blocking` where it blocks, and it gets a thread of its own.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
