//! A struct does not run.
//! The fix: `#[periodic(…)]` on its method.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
struct Refresh {
    key: u64,
}

fn main() {
    println!("{} {}", Refresh { key: 7 }.key, CACHE.live());
}
