//! The pauses are constants, and longer than the timeout in all. The compiler adds their values.
//! The fix: a `LIMIT` of more than 7 s; or `retry = (3, PAUSE..LONGEST)`.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: Duration = Duration::from_secs(5);
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(10);

#[detached(timeout = LIMIT, track = AUDIT, retry = (ATTEMPTS, PAUSE..LONGEST))]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
