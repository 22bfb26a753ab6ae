//! An error in a `Some` is no failure to anybody.
//! The fix: a `Result`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(order: u64) -> Option<std::io::Error> {
    (order > 0).then(|| std::io::Error::other("the disk is full"))
}

fn main() {
    write_audit(7);
}
