//! The macro writes the argument into two signatures and a call, where the attribute cannot stand.
//! The fix: put it on the function.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(#[allow(unused_variables)] event: String) {}

fn main() {
    write_audit("signed in".to_owned());
}
