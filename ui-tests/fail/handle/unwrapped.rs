//! The result of a call is there when its handle is awaited.
//! The fix: `write_audit(7).await.unwrap()`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

#[tokio::main]
async fn main() {
    let _ = write_audit(7).unwrap();
}
