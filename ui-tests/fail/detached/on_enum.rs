//! An enum is not called.
//! The fix: put it on the function whose call is to outlive its request.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
enum Event {
    SignedIn,
}

fn main() {
    let _ = Event::SignedIn;
}
