//! The constant is zero, and without a pause an overloaded server gets three times the load.
//! The fix: a `PAUSE` of more than zero.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const PAUSE: Duration = Duration::ZERO;

#[detached(timeout = "5s", track = AUDIT, retry = (3, PAUSE.."2s"))]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
