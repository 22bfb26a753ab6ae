//! The handle is the loop's, and has no value. A run's result is only checked for an `Err`.
//! The fix: send what a run finds to a channel.

use outlive::{TaskError, Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) -> Result<usize, String> {
    Ok(key.to_string().len())
}

async fn length() -> Result<usize, TaskError> {
    refresh(7).await
}

fn main() {
    drop(length());
}
