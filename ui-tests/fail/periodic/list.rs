//! Each run has a clone of the list, as it was at the start.
//! The fix: share it: `seen: Arc<Mutex<Vec<u64>>>`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "1s", track = CACHE)]
async fn refresh(mut seen: Vec<u64>) {
    seen.push(7);
}

fn main() {
    refresh(Vec::new());
}
