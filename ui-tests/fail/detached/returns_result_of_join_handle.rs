//! The task within the task is tracked by nobody, also where its handle is in a `Result`.
//! The fix: `Result<u64, std::io::Error>`, and the work in the body.

use outlive::{Tracker, detached};
use tokio::task::JoinHandle;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<JoinHandle<u64>, std::io::Error> {
    Ok(tokio::spawn(async move { user }))
}

fn main() {
    write_audit(7);
}
