//! A block is run where it stands; a future is what a task runs.
//! The fix: `async { … }`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s", track = AUDIT, {
        println!("signed in");
    });
}
