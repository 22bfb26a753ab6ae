//! The same, spelt out.
//! The fix: the longest time that a call may take, or a `#[worker]`, which ends when it is told.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "18446744073709551615s 999999999ns", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
