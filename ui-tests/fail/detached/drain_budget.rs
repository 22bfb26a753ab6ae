//! How long a drain waits is the tracker's.
//! The fix: leave it out, and make the tracker a `Tracker<60>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "30s", track = AUDIT, drain_budget = "60s")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
