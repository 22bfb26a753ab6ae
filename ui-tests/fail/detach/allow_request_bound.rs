//! `detach!` does not check what its future captures, so there is nothing to allow.
//! The fix: leave it out.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s", track = AUDIT, allow_request_bound = "all of it", async {});
}
