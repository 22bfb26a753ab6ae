//! A run that fails is not tried again. The loop goes on with the next run.
//! The fix: no `retry`; or a `#[detached(retry = "3, 100ms..2s", …)]` function that the run calls.

use outlive::{Tracker, periodic};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[periodic(every = "30s", timeout = "10s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
