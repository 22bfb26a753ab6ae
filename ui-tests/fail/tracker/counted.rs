//! How many tasks a tracker has is `live`.
//! The fix: `AUDIT.live()`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    println!("{}", AUDIT.len());
}
