//! The bound is missing: how many may run at once?
//! The fix: `Tracker::bounded("audit", 64)`; or `Tracker::unbounded("audit")`, if that is meant.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit");

fn main() {
    println!("{}", AUDIT.name());
}
