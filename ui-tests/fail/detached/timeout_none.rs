//! Every call ends: work without an end is a worker.
//! The fix: `timeout = "5s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = None, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
