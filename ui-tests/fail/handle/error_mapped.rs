//! A handle is no `Result`: its error is there when it is awaited.
//! The fix: `write_audit(7).await.map_err(|error| error.to_string())?`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    println!("{user} signed in");
    Ok(())
}

async fn handler() -> Result<(), String> {
    write_audit(7).map_err(|error| error.to_string())?;
    Ok(())
}

#[tokio::main]
async fn main() {
    handler().await.unwrap();
}
