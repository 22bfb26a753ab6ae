//! A closure is not a future.
//! The fix: `async { … }`, or the call itself.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = AUDIT, || write_audit(7));
}
