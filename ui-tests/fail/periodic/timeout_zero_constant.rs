//! The constant is zero, and with a timeout of zero a run ends before it begins.
//! The fix: a constant that is more than zero.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const LIMIT: Duration = Duration::ZERO;

#[periodic(every = "30s", timeout = LIMIT, track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
