//! The task outlives its caller, and so may outlive the counter.
//! The fix: take it by value; or share it, behind a lock.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn count(counter: &mut u64) {
    *counter += 1;
}

fn main() {
    count(&mut 1);
}
