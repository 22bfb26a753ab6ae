//! With an `Arc`, it is still a new tracker for each call.
//! The fix: a static, `static AUDIT: Tracker = Tracker::bounded("audit", 1);`, and `track = AUDIT`.

use std::sync::Arc;

use outlive::{Tracker, detached};

#[detached(timeout = "5s", track = Arc::new(Tracker::bounded("audit", 1)))]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
