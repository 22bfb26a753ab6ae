//! A service is shut down, and a tracker is drained.
//! The fix: `AUDIT.drain().await`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    let report = AUDIT.shutdown().await;
    println!("{report}");
}
