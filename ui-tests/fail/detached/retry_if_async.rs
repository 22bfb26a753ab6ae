//! What is tried again is decided at once, and awaits nothing.
//! The fix: a plain `fn`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

async fn is_transient(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::TimedOut
}

#[detached(timeout = "5s", retry = "3, 100ms..2s", retry_if = is_transient, track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
