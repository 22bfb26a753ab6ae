//! The loop of old stands in a function that is repeated: each run of it would be ended by its timeout.
//! The fix: the body of the loop, without the interval.

use std::time::Duration;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    let mut interval = tokio::time::interval(Duration::from_secs(30));
    loop {
        interval.tick().await;
        println!("{key}");
    }
}

fn main() {
    refresh(7);
}
