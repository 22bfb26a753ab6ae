//! A drain lets the run in progress finish, so it has to wait for the run's timeout.
//! The fix: a shorter timeout, or a tracker with `.drain_budget::<30>()`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "5m", timeout = "30s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
