//! A loop's runs are futures, and must not block a thread.
//! The fix: `async fn refresh`, which calls a `#[detached(blocking, …)]` function and awaits it.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", blocking, track = CACHE)]
fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
