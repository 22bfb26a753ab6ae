//! The constant is a number of seconds, and not a `Duration`.
//! The fix: `Duration::from_secs(GRACE)`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 64);

const GRACE: u64 = 2;

#[worker(grace = GRACE, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
