//! Every run has the same constant timeout.
//! The fix: `timeout = "20s"` alone.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", max_timeout = "20s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
