//! A tracker with a bound of zero would run nothing.
//! The fix: at least 1.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 0);

fn main() {
    println!("{}", AUDIT.name());
}
