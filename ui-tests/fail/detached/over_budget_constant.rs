//! The timeout is a constant, and the compiler compares its value with the drain budget.
//! The fix: a shorter timeout, or a larger budget.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: Duration = Duration::from_secs(60);

#[detached(timeout = LIMIT, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
