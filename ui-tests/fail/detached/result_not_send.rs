//! The result moves from the task's thread to the caller's, and an `Rc` cannot.
//! The fix: `Arc`, or a value of its own.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn name(user: u64) -> Rc<str> {
    Rc::from(user.to_string())
}

fn main() {
    name(7);
}
