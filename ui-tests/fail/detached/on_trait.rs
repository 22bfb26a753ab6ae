//! A trait is not called, and a trait's methods cannot be detached.
//! The fix: a detached function, which the implementation calls.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
trait Audit {
    fn write(&self);
}

fn main() {
    let _: Option<&dyn Audit> = None;
}
