//! The rhythm is part of what the function is, as the timeout is.
//! The fix: a literal; or a `#[worker]`, whose loop may wait for as long as it likes.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = rhythm, timeout = "10s", track = CACHE)]
async fn refresh(key: u64, rhythm: Duration) {
    println!("{key} {rhythm:?}");
}

fn main() {
    refresh(7, Duration::from_secs(30));
}
