//! rustc takes no attribute macro on a statement.
//! The fix: `detach!(timeout = "5s", track = AUDIT, future)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    #[detached(timeout = "5s", track = AUDIT)]
    let _ = async { println!("signed in") };
}
