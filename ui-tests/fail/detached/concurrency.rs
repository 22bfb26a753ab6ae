//! The tracker's bound says how many calls run at once, and not the function.
//! The fix: `static AUDIT: Tracker = Tracker::bounded("audit", 5);`, and leave `concurrency` out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "10s", track = AUDIT, concurrency = 5)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
