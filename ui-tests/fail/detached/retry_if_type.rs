//! Which errors are tried again is what a function says, and no type.
//! The fix: `retry_if = is_transient`, and the function.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", retry_if = std::io::Error)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
