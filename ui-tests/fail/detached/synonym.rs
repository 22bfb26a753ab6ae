//! Other libraries use these names.
//! The fix: `timeout = "5s", track = AUDIT`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(deadline = "5s", tracker = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
