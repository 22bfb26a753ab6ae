//! Arguments are written in lower case, with underscores, and the first attempt is no retry.
//! The fix: `retry = "4, 100ms..2s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT, maxRetries = 3)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
