//! There is no such constant.
//! The fix: define it, or write a literal.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = LIMIT, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
