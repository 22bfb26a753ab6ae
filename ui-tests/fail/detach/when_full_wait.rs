//! With `when_full = wait` the call is `async`, and the call of a macro cannot be.
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
