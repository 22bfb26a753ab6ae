//! A typing error in the unit.
//! The fix: `timeout = "5 seconds"`, or `"5s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5 sconds", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
