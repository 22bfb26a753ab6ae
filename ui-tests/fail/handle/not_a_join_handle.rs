//! The call gives a `TaskHandle`. It yields a `TaskError`, where tokio's handle yields a `JoinError`.
//! The fix: `TaskHandle<()>`.

use outlive::{Tracker, detached};
use tokio::task::JoinHandle;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    let handle: JoinHandle<()> = write_audit(7);
    drop(handle);
}
