//! A single flight is no cache: it runs the work by `run`.
//! The fix: `USERS.run(7, load(7))`.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static CACHE: Tracker = Tracker::bounded("cache", 64);
static USERS: Singleflight<u64, String> = Singleflight::new("users", &CACHE, Duration::from_secs(5));

async fn load(id: u64) -> String {
    format!("user {id}")
}

#[tokio::main]
async fn main() {
    let user = USERS.get_with(7, load(7)).await;
    println!("{user:?}");
}
