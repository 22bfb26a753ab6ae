//! Each caller gets a clone of the result.
//! The fix: an error that is `Clone`, or in an `Arc`: `Result<u64, Arc<std::io::Error>>`.

use std::time::Duration;

use outlive::{Singleflight, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

static USERS: Singleflight<u64, Result<u64, std::io::Error>> =
    Singleflight::new("users", &AUDIT, Duration::from_secs(5));

#[tokio::main]
async fn main() {
    println!("{}", USERS.run(7, async { Ok(7) }).await.is_ok());
}
