//! A test is run to its end by the test runner, and its call is nobody's.
//! The fix: leave `#[detached]` out, and put it on what the test calls.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
#[tokio::test]
async fn writes() {
    println!("{}", AUDIT.live());
}

fn main() {}
