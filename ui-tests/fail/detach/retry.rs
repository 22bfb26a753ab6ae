//! A future runs once, and nobody can make it again.
//! The fix: a function with `#[detached(retry = "3, 100ms..2s", …)]`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

#[tokio::main]
async fn main() {
    detach!(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s", attempt = "1s", write_audit(7));
}
