//! A run without an end is the last run, and no drain can wait for it.
//! The fix: the longest time that a run may take, or a `#[worker]`.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const FOREVER: Duration = Duration::MAX;

#[periodic(every = "30s", timeout = FOREVER, track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
