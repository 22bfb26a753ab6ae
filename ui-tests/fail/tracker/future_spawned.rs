//! A tracker spawns nothing by itself: a call has a timeout, and names its tracker.
//! The fix: `detach!(timeout = "5s", track = AUDIT, notify(7))`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn notify(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    AUDIT.spawn(notify(7));
}
