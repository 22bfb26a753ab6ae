//! The arguments are separated by semicolons.
//! The fix: commas.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    detach!(timeout = "5s"; track = AUDIT; async {
        println!("signed in");
    });
}
