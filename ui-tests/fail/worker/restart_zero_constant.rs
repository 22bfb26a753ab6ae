//! The constant is zero, and a pause of zero stays zero when it is doubled.
//! The fix: a constant that is more than zero.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

const PAUSE: Duration = Duration::ZERO;
const LONGEST: Duration = Duration::from_secs(60);

#[worker(restart = PAUSE..LONGEST, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
