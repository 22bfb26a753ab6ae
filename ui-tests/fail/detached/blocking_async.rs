//! `blocking` runs a function that does not await on a thread of its own. An `async fn` needs no such thread.
//! The fix: leave `blocking` out, or leave `async` out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, blocking)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
