//! A shutdown waits for the tasks of its trackers, and for no others.
//! The fix: `track = AUDIT`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = none)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    AUDIT.live();
}
