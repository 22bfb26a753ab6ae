//! The first constant is longer than the second. The pauses grow, so the shorter one comes first.
//! The fix: `restart = PAUSE..LONGEST`.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

const PAUSE: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

#[worker(restart = LONGEST..PAUSE, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
