//! The constant is the number of attempts. The pauses are missing.
//! The fix: `retry = (ATTEMPTS, "100ms..2s")`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const ATTEMPTS: u32 = 3;

#[detached(timeout = "10s", track = AUDIT, retry = ATTEMPTS)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
