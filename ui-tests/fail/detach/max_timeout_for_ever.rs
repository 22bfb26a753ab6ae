//! This `max_timeout` limits nothing.
//! The fix: the longest time that the future may take.

use std::time::Duration;

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let wanted = Duration::from_secs(5);
    detach!(timeout = wanted, max_timeout = Duration::MAX, track = AUDIT, write_audit(7));
}
