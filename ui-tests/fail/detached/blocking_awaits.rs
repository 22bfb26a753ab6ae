//! A blocking function runs on a thread, and cannot await.
//! The fix: `async fn`, without `blocking`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn insert(user: u64) {
    println!("{user} signed in");
}

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn write_audit(user: u64) {
    insert(user).await;
}

fn main() {
    write_audit(7);
}
