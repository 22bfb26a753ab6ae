//! The function has two kinds of task: `#[periodic]` runs again and again, `#[worker]` runs once.
//! The fix: one of the two.

use outlive::{Tracker, periodic, worker};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
#[worker(track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
