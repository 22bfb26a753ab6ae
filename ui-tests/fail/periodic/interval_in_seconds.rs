//! The argument is called `every`, and the unit is in its value.
//! The fix: `every = "60s"`.

use outlive::{Tracker, periodic};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[periodic(interval_secs = 60, timeout = "10s", track = AUDIT)]
async fn refresh(user: u64) {
    println!("{user} signed in");
}

fn main() {
    refresh(7);
}
