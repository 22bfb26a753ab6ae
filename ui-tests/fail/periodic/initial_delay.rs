//! The first run begins `every` after the start, or with it.
//! The fix: leave it out, or write `immediate`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", initial_delay = "5s", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
