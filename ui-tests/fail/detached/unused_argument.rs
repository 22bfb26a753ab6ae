//! The body does not use the argument. The lint reports that once.
//! The fix: `_event`; the task keeps it for as long as it runs.

#![deny(unused)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {}

fn main() {
    write_audit("signed in".to_owned());
}
