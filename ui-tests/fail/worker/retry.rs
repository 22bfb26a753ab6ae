//! A worker has no attempts. It restarts as a whole.
//! The fix: `restart = "1s..1m"`; or no `retry`.

use outlive::{Tracker, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[worker(track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
