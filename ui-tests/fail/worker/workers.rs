//! A call starts one worker.
//! The fix: leave it out, and call `deliver` four times.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(workers = 4, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
