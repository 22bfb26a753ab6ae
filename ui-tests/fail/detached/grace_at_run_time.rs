//! The compiler has to know how long a drain must wait. This grace is known only at run time.
//! The fix: a literal, or a constant.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", grace = Duration::from_secs(user), track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
