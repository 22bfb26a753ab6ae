//! The constant is zero, and a timeout of zero would end every task at its first await.
//! The fix: the longest time that a call may take.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: Duration = Duration::from_secs(0);

#[detached(timeout = LIMIT, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
