//! How many calls may wait is the tracker's.
//! The fix: leave `when_full` out, and add `.queue(10_000)` to the tracker.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT, when_full = queue)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
