//! The task runs on another thread than its caller, and an `Rc` cannot go there.
//! The fix: `Arc`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Rc<str>) {
    println!("{event}");
}

fn main() {
    write_audit(Rc::from("signed in"));
}
