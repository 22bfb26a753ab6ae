//! A period is not a time of day. There is one error, and none about a missing `every`.
//! The fix: `every = "24h"`, or a `#[worker]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(cron = "0 4 * * *", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
