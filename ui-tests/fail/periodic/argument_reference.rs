//! The loop outlives its caller, and so may outlive what the argument borrows.
//! The fix: `key: String`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: &str) {
    println!("{key}");
}

fn main() {
    refresh("users");
}
