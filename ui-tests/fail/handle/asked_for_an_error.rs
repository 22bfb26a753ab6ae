//! A handle is no `Result`: whether its task failed is known when it has ended.
//! The fix: `write_audit(7).await.is_err()`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

#[tokio::main]
async fn main() {
    if write_audit(7).is_err() {
        println!("not written");
    }
}
