//! The compiler has to know how long a drain must wait.
//! The fix: `max_timeout = "10s"`, the most that the limit may be.

use std::time::Duration;

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let limit = Duration::from_secs(5);
    detach!(timeout = limit, track = AUDIT, write_audit(7));
}
