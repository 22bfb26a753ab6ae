//! A run that fails is followed by the next run, which has the same arguments.
//! The fix: leave `unfinished` out.

use outlive::{Tracker, Unfinished, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

fn again(call: Unfinished<(u64,)>) {
    drop(call);
}

#[periodic(every = "30s", timeout = "10s", unfinished = again, track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
