//! The `Err` may be the call's result, so the closure looks at it, and does not take it.
//! The fix: `|error: &std::io::Error|`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", retry = "3, 100ms..2s", retry_if = |error: std::io::Error| error.raw_os_error().is_some(), track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
