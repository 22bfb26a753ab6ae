//! A thread cannot be dropped, so a grace would change nothing.
//! The fix: leave `grace` out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", grace = "1s", track = AUDIT, blocking)]
fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
