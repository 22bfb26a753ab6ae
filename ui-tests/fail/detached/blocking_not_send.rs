//! The arguments move to a thread of the blocking pool, and an `Rc` cannot.
//! The fix: `Arc`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn write_audit(event: Rc<str>) {
    println!("{event}");
}

fn main() {
    write_audit(Rc::from("signed in"));
}
