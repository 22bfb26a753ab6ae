//! A loop does not try a run again. A function that the run calls may be tried again.
//! The fix: `#[detached(retry = "6, 100ms..2s", …)]`, on what the run calls.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(every = "30s", timeout = "10s", retries = 5, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
