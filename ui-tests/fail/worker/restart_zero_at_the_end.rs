//! The longest pause is zero.
//! The fix: `restart = PAUSE..Duration::from_secs(60)`.

use std::time::Duration;

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);
const PAUSE: Duration = Duration::from_secs(1);

#[worker(restart = PAUSE..Duration::ZERO, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
