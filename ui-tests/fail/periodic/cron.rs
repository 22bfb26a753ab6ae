//! A time of day is no rhythm: that is one error, and no missing `every` beside it.
//! The fix: `every = "24h"`, or a `#[worker]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(cron = "0 4 * * *", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
