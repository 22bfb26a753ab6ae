//! A drain closes its tracker: there is no `close` that calls could come after.
//! The fix: `AUDIT.drain().await`, and no `close`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    AUDIT.close();
}
