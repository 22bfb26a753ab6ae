//! An awaited handle fails with a `TaskError`. Whether a call was refused is known at once.
//! The fix: `write_audit(7).admitted()?`; or `Result<(), TaskError>`, and the request waits for the task.

use outlive::{Rejected, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

async fn handler() -> Result<(), Rejected> {
    let _written = write_audit(7).await?;
    Ok(())
}

fn main() {
    drop(handler());
}
