//! A tracker drains once. Between two batches, wait for its tasks without a drain.
//! The fix: `AUDIT.idle().await`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    AUDIT.reopen();
}
