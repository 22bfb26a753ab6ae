//! rustc takes no attribute macro on an expression.
//! The fix: `detach!(timeout = "5s", track = AUDIT, future)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    let write = #[detached(timeout = "5s", track = AUDIT)]
    async |user: u64| println!("{user} signed in");
    drop(write);
}
