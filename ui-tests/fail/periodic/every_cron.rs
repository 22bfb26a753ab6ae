//! A time of day is no time between two runs.
//! The fix: `every = "24h"`, or a `#[worker]` that sleeps until then.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "0 4 * * *", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
