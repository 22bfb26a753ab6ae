//! Each run gets its own copy of the counter, and counts from the same number.
//! The fix: `runs: Arc<AtomicU64>`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(mut runs: u64) {
    runs += 1;
    println!("{runs}");
}

fn main() {
    refresh(0);
}
