//! The constant is zero, and a jitter of zero does nothing.
//! The fix: leave `jitter` out.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const SPREAD: Duration = Duration::ZERO;

#[periodic(every = "30s", jitter = SPREAD, timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
