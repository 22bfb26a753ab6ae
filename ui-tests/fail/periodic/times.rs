//! A loop runs until its tracker drains.
//! The fix: leave it out; or a `#[detached]` function that loops.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", times = 3, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
