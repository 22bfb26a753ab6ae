//! Work whose time is over before it begins gives nobody anything.
//! The fix: the longest time that it may take.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::ZERO);

fn main() {
    println!("{USERS:?}");
}
