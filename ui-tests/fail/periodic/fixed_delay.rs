//! Spring's delay counts from the end of a run.
//! The fix: a `#[worker]` that sleeps between two runs.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(fixed_delay = "30s", timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
