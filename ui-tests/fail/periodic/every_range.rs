//! The time between two runs is one, and `jitter` spreads them.
//! The fix: `every = "30s", jitter = "5s"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s..35s", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
