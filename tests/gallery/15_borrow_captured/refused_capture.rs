//! The task outlives the loop, and its block borrows the loop's variable.
//! The fix: `async move`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    for user in [1, 2, 3] {
        detach!(timeout = "5s", track = AUDIT, async { write_audit(user).await });
    }
}
