//! The report of a task that was aborted says why.
//! The fix: `.abort(CancelCause::Requested)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

#[tokio::main]
async fn main() {
    let task = write_audit(7);
    task.cancel();
}
