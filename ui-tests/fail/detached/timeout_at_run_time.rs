//! The compiler has to know how long a drain must wait, and `user` is known at the call.
//! The fix: `max_timeout = "10s"`, the most that the limit may be.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn limit_of(user: u64) -> Duration {
    Duration::from_secs(user)
}

#[detached(timeout = limit_of(user), track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
