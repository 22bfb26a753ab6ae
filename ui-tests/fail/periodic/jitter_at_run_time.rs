//! The jitter must be constant.
//! The fix: a literal, or a constant.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", jitter = spread, timeout = "10s", track = CACHE)]
async fn refresh(key: u64, spread: Duration) {
    println!("{key} {spread:?}");
}

fn main() {
    refresh(7, Duration::from_secs(5));
}
