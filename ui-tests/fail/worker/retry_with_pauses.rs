//! A worker restarts as a whole. Its pauses are those of `restart`.
//! The fix: `restart = "2s..3m"`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[worker(retry = "4, 2s..3m", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
