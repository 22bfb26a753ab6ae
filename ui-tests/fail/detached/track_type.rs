//! A tracker is a value, and its type names none.
//! The fix: `track = AUDIT`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = Tracker)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    AUDIT.live();
}
