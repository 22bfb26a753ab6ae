//! Calls wait in the queue of their tracker, which has no name of its own.
//! The fix: leave it out.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", queue = "mail", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
