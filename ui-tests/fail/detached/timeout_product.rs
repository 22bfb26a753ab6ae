//! A constant cannot multiply a `Duration` with an operator.
//! The fix: `LIMIT.saturating_mul(2)`.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

const LIMIT: Duration = Duration::from_secs(2);

#[detached(timeout = LIMIT * 2, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
