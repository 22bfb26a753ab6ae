//! `#[tracing::instrument]` records arguments, and outlive none.
//! The fix: leave it out.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "10s", track = MAIL, skip(route))]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
