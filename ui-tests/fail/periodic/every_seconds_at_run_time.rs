//! The expression is a number of seconds, and not a `Duration`.
//! The fix: `every = Duration::from_secs(seconds)`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = seconds, timeout = "10s", track = CACHE)]
async fn refresh(key: u64, seconds: u64) {
    println!("{key} {seconds}");
}

fn main() {
    refresh(7, 30);
}
