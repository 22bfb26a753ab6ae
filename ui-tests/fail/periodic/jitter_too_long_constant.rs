//! The constant of the jitter is longer than the period. The compiler compares their values.
//! The fix: a constant that is shorter than the period.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const RHYTHM: Duration = Duration::from_secs(30);

#[periodic(every = RHYTHM, jitter = "1m", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
