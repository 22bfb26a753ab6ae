//! A call takes the function's arguments as they are written. Here the second one is missing.
//! The fix: the event.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64, event: String) {
    println!("{user}: {event}");
}

fn main() {
    write_audit(7);
}
