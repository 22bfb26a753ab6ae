//! The constant is zero, and an attempt of zero ends before it begins.
//! The fix: an `ATTEMPT` of more than zero.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const ATTEMPT: Duration = Duration::ZERO;

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", attempt = ATTEMPT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
