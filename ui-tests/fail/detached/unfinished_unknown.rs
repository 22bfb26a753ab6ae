//! There is no such function.
//! The fix: define it, or import it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(user: u64, event: String) {
    println!("{user}: {event}");
}

fn main() {
    write_audit(7, "signed in".to_owned());
}
