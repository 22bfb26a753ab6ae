//! The task may move to another thread between two attempts.
//! The fix: `Arc<str>` in the place of `Rc<str>`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: Rc<str>) -> Result<(), String> {
    Err(user.to_string())
}

fn main() {
    write_audit(Rc::from("ada"));
}
