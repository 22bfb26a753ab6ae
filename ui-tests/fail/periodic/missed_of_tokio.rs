//! It is a plain word here.
//! The fix: `missed = delay`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", missed = MissedTickBehavior::Delay, track = CACHE)]
async fn refresh() {}

fn main() {
    refresh();
}
