//! A future must not block its thread.
//! The fix: a plain `fn` with `#[detached(blocking, …)]`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = AUDIT, blocking, write_audit(7));
}
