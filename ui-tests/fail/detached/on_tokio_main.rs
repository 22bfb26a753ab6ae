//! `#[tokio::main]` has made a function of it that blocks its thread.
//! The fix: leave `#[detached]` out, and put it on what the function calls.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[tokio::main]
#[detached(timeout = "5s", track = AUDIT)]
async fn start(user: u64) {
    println!("{user} {}", AUDIT.live());
}

fn main() {
    start(7);
}
