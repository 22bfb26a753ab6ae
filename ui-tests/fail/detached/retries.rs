//! `retries` does not count the first attempt, and `retry` does.
//! The fix: `retry = "4, 100ms..2s"`.

use std::io;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "10s", track = AUDIT, max_retries = 3)]
async fn write_audit(user: u64) -> io::Result<()> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
