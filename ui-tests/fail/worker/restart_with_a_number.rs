//! A worker restarts after each failure, and the number limits nothing.
//! The fix: `restart = "2s..3m"`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 64);

#[worker(restart = "4, 2s..3m", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
