//! tokio-util's `wait` waits for tasks, however long they take. A drain has a budget.
//! The fix: `AUDIT.drain().await`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    AUDIT.wait().await;
}
