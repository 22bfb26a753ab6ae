//! A worker restarts after each failure. There is no limit.
//! The fix: `restart = "1s..1m"`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[worker(max_restarts = 3, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
