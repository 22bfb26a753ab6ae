//! Nobody can uphold the safety conditions of an `unsafe fn` for all runs to come.
//! The fix: `async fn refresh`, with the `unsafe` block inside.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async unsafe fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    unsafe { refresh(7) };
}
