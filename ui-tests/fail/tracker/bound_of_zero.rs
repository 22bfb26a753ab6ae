//! A tracker that runs nothing would queue or refuse for ever.
//! The fix: at least 1.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 0);

fn main() {
    println!("{}", AUDIT.name());
}
