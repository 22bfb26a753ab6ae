//! The grace is the longer of the two, and the drain does not wait for it.
//! The fix: a shorter `grace`, or `Tracker<95>`, with `.drain_budget::<95>()`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", grace = "90s", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
