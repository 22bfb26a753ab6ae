//! An argument has a name.
//! The fix: `timeout = "5s", track = AUDIT`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn insert(_order: u64) {}

fn main() {
    detach!(AUDIT, "5s", async move { insert(7).await });
}
