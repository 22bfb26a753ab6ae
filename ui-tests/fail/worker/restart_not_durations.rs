//! The constants in the range are numbers, and not durations.
//! The fix: `const PAUSE: Duration = Duration::from_secs(1);`.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

const PAUSE: u64 = 1;
const LONGEST: Duration = Duration::from_secs(60);

#[worker(restart = PAUSE..LONGEST, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
