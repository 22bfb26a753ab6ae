//! What a drain has begun to close is `is_draining`.
//! The fix: `AUDIT.is_draining()`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    println!("{}", AUDIT.is_closed());
}
