//! The counts are those of the functions.
//! The fix: `outlive::status()`, and its `functions`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    println!("{:?}", AUDIT.stats());
}
