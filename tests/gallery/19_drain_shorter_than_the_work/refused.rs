//! The drain gives up a second after it has begun, and the write may take five.
//! The fix: a shorter timeout, or `Tracker<5>` with `.drain_budget::<5>()`.

use outlive::{Tracker, detached};

static AUDIT: Tracker<1> = Tracker::bounded("audit", 64).drain_budget::<1>();

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
