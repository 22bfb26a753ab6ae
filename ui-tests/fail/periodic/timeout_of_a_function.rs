//! The timeout of a run comes from a function, and a loop has no `max_timeout`.
//! The fix: `timeout = "10s"`.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

fn limit() -> Duration {
    Duration::from_secs(10)
}

#[periodic(every = "30s", timeout = limit(), track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
