//! There are no retries: work that must be tried again goes to a durable queue, and `unfinished` is the way there.
//! The fix: leave it out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retries = 3)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
