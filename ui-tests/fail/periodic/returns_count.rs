//! Nobody is given what a run gives.
//! The fix: leave the result out, and use it in the body.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(keys: Vec<u64>) -> usize {
    keys.len()
}

fn main() {
    refresh(vec![7]);
}
