//! The task returns the handle of a spawned task. Nobody tracks that task or waits for it.
//! The fix: await it in the body.

use outlive::{Tracker, detached};
use tokio::task::JoinHandle;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> JoinHandle<u64> {
    tokio::spawn(async move { user + 1 })
}

fn main() {
    write_audit(7);
}
