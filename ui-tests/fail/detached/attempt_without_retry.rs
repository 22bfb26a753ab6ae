//! Without `retry` there is one attempt, and the `timeout` limits it.
//! The fix: `retry = "3, 100ms..2s"` beside it; or no `attempt`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, attempt = "1s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
