//! `retry_if` takes a function, and this is a literal.
//! The fix: `retry_if = is_transient`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", retry_if = "is_transient")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
