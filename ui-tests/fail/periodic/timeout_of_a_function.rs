//! The timeout of a run must be constant, and a function's value is not.
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
