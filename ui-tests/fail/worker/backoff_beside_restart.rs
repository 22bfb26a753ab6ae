//! The pauses are those of `restart`.
//! The fix: leave `backoff` out.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", backoff = "2s", track = MAIL)]
async fn deliver(route: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{route}")))
}

fn main() {
    deliver(7);
}
