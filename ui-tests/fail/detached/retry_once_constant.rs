//! The constant is one, and the call itself is the first attempt.
//! The fix: `ATTEMPTS` of 2 or more.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const ATTEMPTS: u32 = 1;
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

#[detached(timeout = "5s", track = AUDIT, retry = (ATTEMPTS, PAUSE..LONGEST))]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
