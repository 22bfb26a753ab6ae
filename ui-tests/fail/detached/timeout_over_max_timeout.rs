//! The timeout is longer than its own `max_timeout`.
//! The fix: shorten the one, or raise the other.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "15s", max_timeout = "10s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
