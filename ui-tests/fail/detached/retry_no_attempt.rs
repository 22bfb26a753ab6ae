//! With no attempt, the call would do nothing.
//! The fix: `retry = "2, 100ms..2s"`; or no `retry`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "0, 100ms..2s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
