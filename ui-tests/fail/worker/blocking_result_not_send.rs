//! The result of a blocking worker comes from its own thread, and an `Rc` cannot leave its thread.
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
