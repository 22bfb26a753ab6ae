//! An `Ok(true)` ends a worker as an `Ok(false)` does.
//! The fix: `Result<(), std::io::Error>`, and the loop in the body.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", track = MAIL)]
async fn deliver(route: u64) -> Result<bool, std::io::Error> {
    Ok(route > 7)
}

fn main() {
    deliver(7);
}
