//! The task may outlive what the future borrows from.
//! The fix: `async move`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let user = 7;
    detach!(timeout = "5s", track = AUDIT, async { write_audit(user).await });
}
