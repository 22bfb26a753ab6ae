//! The call of a detached function has started a task, and its handle is what another task would wait for.
//! The fix: leave `detach!` out.

use outlive::{Tracker, detach, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    detach!(timeout = "5s", track = AUDIT, write_audit(7));
}
