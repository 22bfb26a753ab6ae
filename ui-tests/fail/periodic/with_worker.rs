//! A function runs again and again, or it runs through.
//! The fix: one of the two.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
#[outlive::worker(track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
