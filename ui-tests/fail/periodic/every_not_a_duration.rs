//! The constant is a number of seconds, and not a `Duration`.
//! The fix: `const RHYTHM: Duration = Duration::from_secs(30);`.

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

const RHYTHM: u64 = 30;

#[periodic(every = RHYTHM, timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    println!("{key}");
}

fn main() {
    refresh(7);
}
