//! With this `max_timeout`, a call may take any time.
//! The fix: the longest time that a call may take.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const FOREVER: Duration = Duration::MAX;

#[detached(timeout = wanted, max_timeout = FOREVER, track = AUDIT)]
async fn write_audit(user: u64, wanted: Duration) {
    println!("{user} signed in, within {wanted:?}");
}

fn main() {
    write_audit(7, Duration::from_secs(5));
}
