//! The call in the block is not awaited: what it gives is a future, and nobody polls that.
//! The fix: `write().await`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write() {}

fn main() {
    detach!(timeout = "5s", track = AUDIT, async { write() });
}
