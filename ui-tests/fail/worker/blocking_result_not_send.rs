//! What a worker on a thread of its own gives back is its handle's, on any other, and an `Rc` is one thread's.
//! The fix: `Result<(), Arc<str>>`.

use std::rc::Rc;

use outlive::{Tracker, worker};

static DISK: Tracker = Tracker::bounded("disk", 64);

#[worker(track = DISK, blocking)]
fn watch() -> Result<(), Rc<str>> {
    Ok(())
}

fn main() {
    watch();
}
