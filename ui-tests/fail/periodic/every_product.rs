//! A number has no unit.
//! The fix: `std::time::Duration::from_secs(5 * 60)`, or `"5m"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = 5 * 60, timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
