//! The call in the block is not awaited: the block's value is a future that nobody polls.
//! The fix: `write().await`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write() {}

fn main() {
    detach!(timeout = "5s", track = AUDIT, async { write() });
}
