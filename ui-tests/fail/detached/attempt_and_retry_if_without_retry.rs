//! Both are about the attempts of a `retry`.
//! The fix: add `retry = "3, 100ms..2s"`, or leave both out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

fn is_transient(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::TimedOut
}

#[detached(timeout = "5s", attempt = "1s", retry_if = is_transient, track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
    is_transient(&std::io::Error::other("none"));
}
