//! A worker is begun anew as often as it fails, whatever the limit.
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
