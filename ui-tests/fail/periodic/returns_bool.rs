//! A `false` does not stop a loop, because nobody gets a run's result.
//! The fix: leave the result out; or a `#[worker]`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 64);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) -> bool {
    key > 7
}

fn main() {
    refresh(7);
}
