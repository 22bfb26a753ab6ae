//! A module is not called.
//! The fix: put it on the functions inside.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
mod audit {
    pub fn write() {}
}

fn main() {
    audit::write();
}
