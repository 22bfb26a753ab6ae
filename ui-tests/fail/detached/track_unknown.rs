//! There is no such static.
//! The fix: define it, or import it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDITS)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
