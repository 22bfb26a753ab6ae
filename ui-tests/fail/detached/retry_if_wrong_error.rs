//! The function takes another error than this one returns.
//! The fix: `fn is_transient(error: &std::io::Error) -> bool`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn is_transient(error: &std::fmt::Error) -> bool {
    error.to_string().is_empty()
}

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", retry_if = is_transient)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
