//! The handle gives the task's result. The function's own `Result` is inside it.
//! The fix: `write_audit(7).await?.map_err(…)?`.

use outlive::{TaskError, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn count(user: u64) -> Result<u64, String> {
    if user == 0 { Err("nobody".to_owned()) } else { Ok(user) }
}

async fn handler() -> Result<u64, TaskError> {
    let events: u64 = count(7).await?;
    Ok(events)
}

fn main() {
    drop(handler());
}
