//! A single flight keeps no result.
//! The fix: leave it out; a cache of yours is filled in the work.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    let users: Singleflight<u64, u64> =
        Singleflight::new("users", &AUDIT, Duration::from_secs(5)).time_to_live(Duration::from_secs(60));
    println!("{users:?}");
}
