//! The loop calls its runs, and no line of the program does.
//! The fix: leave `site` out.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE, site = caller)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
