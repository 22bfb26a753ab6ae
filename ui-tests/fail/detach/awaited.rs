//! The task awaits the future. An `.await` here runs it before the task starts.
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
