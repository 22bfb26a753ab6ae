//! In seconds, it would be longer than the time between two runs.
//! The fix: `jitter = "10ms"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "5s", jitter = 10, timeout = "4s", track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
