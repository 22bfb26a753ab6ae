//! The result of a blocking function comes from another thread, and an `Rc` cannot leave its thread.
//! The fix: `Arc<str>`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static DISK: Tracker = Tracker::bounded("disk", 64);

#[detached(timeout = "5s", track = DISK, blocking)]
fn read_name() -> Rc<str> {
    "name".into()
}

fn main() {
    read_name();
}
