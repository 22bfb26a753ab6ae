//! With a timeout of zero, the work ends before it begins.
//! The fix: the longest time that it may take.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::ZERO);

fn main() {
    println!("{USERS:?}");
}
