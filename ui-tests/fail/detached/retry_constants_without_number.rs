//! The pauses are there. The number of attempts is missing.
//! The fix: `retry = (3, PAUSE..LONGEST)`.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const PAUSE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

#[detached(timeout = "5s", track = AUDIT, retry = PAUSE..LONGEST)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
