//! What a run returns is looked at, when the run is over.
//! The fix: `-> String`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) -> &str {
    if key > 7 { "many" } else { "few" }
}

fn main() {
    refresh(7);
}
