//! A run begins when the one before has ended.
//! The fix: leave it out.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", overlap = false, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
