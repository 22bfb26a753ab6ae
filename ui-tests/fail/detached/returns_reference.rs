//! The handle yields the value when the function's arguments are gone, so the value cannot borrow from them.
//! The fix: an owned value, `-> String`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn name(user: u64) -> &str {
    if user == 0 { "root" } else { "somebody" }
}

fn main() {
    name(7);
}
