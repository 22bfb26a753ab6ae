//! A call is expected to end, so its end is no reason to shut the process down.
//! The fix: leave `essential` out.

use outlive::{Tracker, detached};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "5s", essential, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
