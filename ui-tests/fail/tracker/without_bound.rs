//! How many may run at once has to be said.
//! The fix: `Tracker::bounded("audit", 64)`; or `Tracker::unbounded("audit")`, if that is meant.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit");

fn main() {
    println!("{}", AUDIT.name());
}
