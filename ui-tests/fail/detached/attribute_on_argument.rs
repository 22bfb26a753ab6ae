//! The argument stands in two signatures and in a call.
//! The fix: put it on the function.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(#[allow(unused_variables)] event: String) {}

fn main() {
    write_audit("signed in".to_owned());
}
