//! A period of zero is a loop that never waits.
//! The fix: `every = "30s"`; or a `#[worker]` with a loop of its own.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "0s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
