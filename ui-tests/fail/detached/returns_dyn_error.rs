//! A `Box<dyn Error>` cannot be sent to another thread.
//! The fix: `Box<dyn std::error::Error + Send + Sync>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<u64, Box<dyn std::error::Error>> {
    Ok(user)
}

fn main() {
    write_audit(7);
}
