//! The static is not a tracker.
//! The fix: `static AUDIT: Tracker = Tracker::bounded("audit", 64);`.

use outlive::detached;

static AUDIT: &str = "audit";

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
