//! This is a function, and not a tracker.
//! The fix: call it, `track = tracker()`, or make it a static.

use std::sync::Arc;

use outlive::{Tracker, detached};

fn tracker() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("audit", 64))
}

#[detached(timeout = "5s", track = tracker)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
