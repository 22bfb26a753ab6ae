//! The pauses between attempts are part of `retry`.
//! The fix: `retry = "3, 200ms..5s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "10s", track = AUDIT, retry_backoff = "200ms..5s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
