//! The grace counts as well: 19.5 s and 1 s are more than the drain budget of 20 s.
//! The fix: a shorter timeout or grace, or a larger budget.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "19.5s", grace = "1s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
