//! `run` is a future: without `.await` nothing starts.
//! The fix: `.await`.

#![deny(unused_must_use)]

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(5));

fn main() {
    USERS.run(7, async { "user 7".to_owned() });
}
