//! The `Err` may be the call's result, so the function looks at it, and does not take it.
//! The fix: `fn is_transient(error: &std::io::Error) -> bool`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn is_transient(error: std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::TimedOut
}

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", retry_if = is_transient)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
