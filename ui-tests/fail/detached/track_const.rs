//! A `const` makes a new tracker at each use, and nobody could wait for its tasks.
//! The fix: `static AUDIT`.

use outlive::{Tracker, detached};

const AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
