//! The constant is zero, and a period of zero is a loop that never waits.
//! The fix: a constant that is more than zero.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const RHYTHM: Duration = Duration::from_secs(0);

#[periodic(every = RHYTHM, timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
