//! A block runs where it stands. A task runs a future.
//! The fix: `async { … }`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s", track = AUDIT, {
        println!("signed in");
    });
}
