//! Each gets the name that was meant.
//! The fix: those names.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeuot = "5s", tracks = AUDIT, gracee = "1s", when_fulll = wait, inherits = [TENANT], spam = child, contxt = ctx, nmae = "x", unfinised = spill, max_timout = "9s")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
