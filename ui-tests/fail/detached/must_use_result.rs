//! `#[must_use]` stays on the function, so it applies to the handle.
//! The fix: `.await`, or `.admitted()?`.

#![deny(unused_must_use)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
#[must_use = "the receipt is the customer's"]
async fn receipt(user: u64) -> u64 {
    user
}

fn main() {
    receipt(7);
}
