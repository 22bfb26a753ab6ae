//! The work of a single flight may take longer than a drain of its tracker waits.
//! The fix: a shorter timeout, or `static CACHE: Tracker<30>` with `.drain_budget::<30>()`.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(30));

fn main() {
    println!("{USERS:?}");
}
