//! The constant of the attempt is longer than that of the timeout. The compiler compares their values.
//! The fix: an `ATTEMPT` shorter than `LIMIT`.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const LIMIT: Duration = Duration::from_secs(5);
const ATTEMPT: Duration = Duration::from_secs(10);

#[detached(timeout = LIMIT, track = AUDIT, retry = "3, 100ms..2s", attempt = ATTEMPT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
