//! A handle is no `Result`, and `?` takes one.
//! The fix: `write_audit(7).await?`; or `write_audit(7).admitted()?`, and the task runs on.

use outlive::{TaskError, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

async fn handler() -> Result<(), TaskError> {
    write_audit(7)?;
    Ok(())
}

#[tokio::main]
async fn main() {
    handler().await.unwrap();
}
