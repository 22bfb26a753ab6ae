//! rustc proposes to remove the queue. It is a call behind it.
//! The fix: `Tracker::bounded("audit", 64).queue(10_000)`.

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64, 10_000);

fn main() {
    println!("{}", AUDIT.name());
}
