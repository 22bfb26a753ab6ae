//! A run must be a future.
//! The fix: `async fn refresh`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
