//! A constant timeout is a `Duration`, and this is a number.
//! The fix: `Duration::from_secs(LIMIT)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: u64 = 5;

#[detached(timeout = LIMIT, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
