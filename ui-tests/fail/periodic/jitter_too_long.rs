//! A run that is delayed by more than a period would start after the next one.
//! The fix: half a period is spread enough: `jitter = "15s"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", jitter = "1m", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
