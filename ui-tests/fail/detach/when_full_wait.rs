//! Waiting for a place makes the call `async`, and a macro call has none.
//! The fix: a function with `#[detached(when_full = wait, …)]`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = AUDIT, when_full = wait, write_audit(7));
}
