//! The work is a future, which is dropped where other work for the key is running.
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
    let user = USERS.run(7, || async { load(7).await }).await;
    println!("{user:?}");
}
