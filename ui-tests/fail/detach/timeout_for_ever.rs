//! No drain can wait for this future: its timeout never ends.
//! The fix: the longest time that it may take.

use std::time::Duration;

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const FOREVER: Duration = Duration::MAX;

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = FOREVER, track = AUDIT, write_audit(7));
}
