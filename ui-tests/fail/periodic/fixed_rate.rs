//! The period is `every`, and a run has a timeout of its own.
//! The fix: `every = "5000ms"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(fixedRate = 5000, timeout = "1s", track = CACHE)]
async fn refresh() {
    println!("refreshing");
}

fn main() {
    refresh();
}
