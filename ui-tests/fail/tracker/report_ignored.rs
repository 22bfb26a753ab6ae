//! The report says which tasks were cut short, and nobody looks at it.
//! The fix: log it.

#![deny(unused_must_use)]

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    AUDIT.drain().await;
}
