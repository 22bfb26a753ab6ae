//! The timeout of a run must be constant, and a loop has no `max_timeout`.
//! The fix: `timeout = "10s"`.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = limit, track = CACHE)]
async fn refresh(key: u64, limit: Duration) {
    println!("{key} {limit:?}");
}

fn main() {
    refresh(7, Duration::from_secs(10));
}
