//! The function takes the `Err` by value. It must borrow it, because the `Err` may be the call's result.
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
