//! A jitter of zero does nothing.
//! The fix: leave `jitter` out.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", jitter = "0s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
