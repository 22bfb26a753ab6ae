//! Nobody tracks a task that the task spawns, and it goes on when its handle is dropped.
//! The fix: leave `tokio::spawn` out.

use outlive::{Tracker, detach};

static CACHE: Tracker = Tracker::bounded("cache", 64);

async fn refill(key: &str) -> usize {
    key.len()
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = CACHE, tokio::spawn(refill("users")));
}
