//! A phase has a name, for the report.
//! The fix: `.phase("stores").tracker(&AUDIT)`.

use outlive::{Shutdown, Tracker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

fn main() {
    let _shutdown = Shutdown::all().phase(&AUDIT);
}
