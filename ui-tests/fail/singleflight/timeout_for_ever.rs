//! All callers for the key would wait for ever, and so would a drain.
//! The fix: the longest time that the work may take.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker<{ u64::MAX }> = Tracker::bounded("cache", 64).drain_budget::<{ u64::MAX }>();
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::MAX);

fn main() {
    println!("{USERS:?}");
}
