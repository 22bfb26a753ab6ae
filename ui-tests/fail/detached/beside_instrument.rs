//! A period of time has a unit. What the function's other attributes are imported by stays used, so this is the one message.
//! The fix: `timeout = "10s"`.

use outlive::{Tracker, detached};
use tracing::instrument;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[detached(timeout = "10", track = MAIL)]
#[instrument]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
