//! The work outlives the caller that started it, and cannot borrow from it.
//! The fix: give it its own: `let name = name.to_owned();`, and `async move`.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, usize> = Singleflight::new("users", &CACHE, Duration::from_secs(5));

async fn length(name: &str) -> usize {
    USERS.run(7, async move { name.len() }).await.unwrap().value
}

fn main() {
    drop(length("Ada"));
}
