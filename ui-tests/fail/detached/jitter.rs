//! A call runs once, so there is nothing to spread.
//! The fix: a `#[periodic]` function; or leave `jitter` out.

use outlive::{Tracker, detached};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[detached(timeout = "5s", jitter = "1s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
