//! A number alone is no argument, and each run needs a timeout.
//! The fix: `every = "30s", timeout = "10s"`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(30, track = CACHE)]
async fn refresh() {
    println!("refreshing");
}

fn main() {
    refresh();
}
