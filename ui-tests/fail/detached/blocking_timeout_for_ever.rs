//! Nobody can stop the thread, so with this timeout the handle might never resolve.
//! The fix: the longest time that its caller may wait.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = Duration::MAX, track = AUDIT, blocking)]
fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
