//! The function makes a new tracker for each future.
//! The fix: a static.

use std::sync::Arc;

use outlive::{Tracker, detach};

fn new_tracker() -> Arc<Tracker> {
    Arc::new(Tracker::bounded("audit", 64))
}

fn main() {
    detach!(timeout = "5s", track = new_tracker(), async {});
}
