//! A worker must be a future.
//! The fix: `async fn deliver`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
