//! The macro cannot read a constant's value.
//! The fix: the name itself.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);
const NAME: &str = "audit";

#[detached(timeout = "5s", track = AUDIT, name = NAME)]
async fn write_audit(user: u64) {
    println!("{user} signed in {NAME}");
}

fn main() {
    write_audit(7);
}
