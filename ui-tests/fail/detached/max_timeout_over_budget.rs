//! With `max_timeout`, the compiler compares the drain budget with this limit.
//! The fix: a smaller one, or a larger budget.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = Duration::from_secs(user), max_timeout = "1m", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
