//! The macro cannot know the types of a variadic function's arguments.
//! The fix: name them, one by one.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
unsafe extern "C" fn write_audit(event: u64, _: ...) {
    println!("{event}");
}

fn main() {}
