//! All mistakes are shown at once, and the handle still has its type.
//! The fix: `timeout = "5s", track = AUDIT, when_full = reject`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let handle = detach!(timeout = "5", trakc = AUDIT, when_full = wait, async { 7_u64 });
    let user: u64 = handle.await.unwrap_or_default();
    write_audit(user).await;
}
