//! That is so without the argument.
//! The fix: leave `restart` out.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "never", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
