//! The tracker has its drain budget, so that it cannot be too short for its tasks.
//! The fix: `AUDIT.drain()`.

use std::time::Duration;

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    let report = AUDIT.drain(Duration::from_secs(5)).await;
    println!("{report}");
}
