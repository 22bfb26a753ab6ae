//! It is a word of its own.
//! The fix: `immediate`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", run_at_start = true, timeout = "10s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
