//! A worker is not called again for a `true`.
//! The fix: leave the result out, and write the loop in the body.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(route: u64) -> bool {
    route > 7
}

fn main() {
    deliver(7);
}
