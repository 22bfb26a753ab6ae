//! A run's result is checked when the run's arguments are gone, so it cannot borrow from them.
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
