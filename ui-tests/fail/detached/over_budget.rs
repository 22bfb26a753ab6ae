//! The default drain budget is 20 s: this task would be cut short at every shutdown.
//! The fix: a shorter timeout, or `static AUDIT: Tracker<30> = Tracker::bounded("audit", 64).drain_budget::<30>();`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "30s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
