//! A thread cannot be stopped, so the next attempt would run beside it.
//! The fix: no `retry`, and a loop in the body.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", blocking)]
fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
