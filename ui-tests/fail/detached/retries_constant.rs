//! The argument is called `retry`, and also says how long to pause between attempts.
//! The fix: `retry = (RETRIES + 1, "100ms..2s")`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

const RETRIES: u32 = 2;

#[detached(timeout = "10s", track = AUDIT, retries = RETRIES)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

fn main() {
    write_audit(7);
}
