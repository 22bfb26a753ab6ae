//! It has no size that is known.
//! The fix: `Box<dyn Display + Send>`.

use std::fmt::Display;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> dyn Display {
    Box::new(user)
}

fn main() {
    write_audit(7);
}
