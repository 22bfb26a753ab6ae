//! The function makes a new tracker in each call.
//! The fix: a static.

use std::sync::Arc;

use outlive::{Tracker, detached};

fn make() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("audit", 64))
}

#[detached(timeout = "5s", track = make())]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
