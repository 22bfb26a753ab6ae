//! The timeout is the function's, so that the compiler compares it with the drain budget.
//! The fix: `#[detached(timeout = "10s", track = AUDIT)]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

#[tokio::main]
async fn main() {
    let _ = write_audit(7).timeout("10s").await;
}
