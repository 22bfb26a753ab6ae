//! The value of a function is known only at run time.
//! The fix: add the most that it may be.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn limit() -> Duration {
    Duration::from_secs(5)
}

#[detached(timeout = limit(), track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
