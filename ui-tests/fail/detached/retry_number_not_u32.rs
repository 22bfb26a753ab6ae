//! The number of attempts is a `u32`.
//! The fix: `const ATTEMPTS: u32 = 3;`.

use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(2);

#[detached(timeout = "5s", track = AUDIT, retry = (ATTEMPTS, PAUSE..LONGEST))]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
