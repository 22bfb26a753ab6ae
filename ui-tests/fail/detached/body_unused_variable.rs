//! A lint reports the body once, as in any other function.
//! The fix: use it, or remove it.

#![deny(unused)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    let length = event.len();
}

fn main() {
    write_audit("signed in".to_owned());
}
