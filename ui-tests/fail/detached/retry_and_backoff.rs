//! How often a call is tried and how long it waits in between are one argument.
//! The fix: `retry = "3, 200ms..2s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", retry = 3, backoff = "200ms..2s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
