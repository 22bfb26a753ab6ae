//! The future is awaited in the task, and not before it.
//! The fix: leave `.await` out.

use outlive::{Tracker, detach};

static CACHE: Tracker = Tracker::bounded("cache", 64);

async fn refill(key: &str) -> usize {
    key.len()
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = CACHE, refill("users").await);
}
