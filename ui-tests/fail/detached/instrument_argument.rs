//! It is an argument of `#[tracing::instrument]`.
//! The fix: leave it out, and put that attribute below.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", level = "debug", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
