//! It is a time, and no share of one.
//! The fix: `jitter = "3s"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", jitter = "10%", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
