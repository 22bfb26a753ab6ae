//! A number has no method for a unit.
//! The fix: `every = "5m"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = 5.minutes(), timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
