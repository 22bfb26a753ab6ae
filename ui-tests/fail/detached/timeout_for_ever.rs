//! The constant means "never", and no drain can wait for that.
//! The fix: the longest time that a call may take, or a `#[worker]`, which ends when it is told.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const FOREVER: Duration = Duration::MAX;

#[detached(timeout = FOREVER, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
