//! A loop takes its place once, at its start, and keeps it.
//! The fix: leave `when_full` out, and look at `.admitted()`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", when_full = wait, track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
