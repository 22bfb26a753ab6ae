//! An `AbortOnDrop` that is not kept aborts its task at once.
//! The fix: `let task = …`, for as long as the task may run.

#![deny(unused_must_use)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7).abort_on_drop();
}
