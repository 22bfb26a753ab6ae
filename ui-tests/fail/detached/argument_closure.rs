//! The closure may borrow, or be bound to its thread.
//! The fix: `job: impl FnOnce() + Send + 'static`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(job: impl FnOnce()) {
    job();
}

fn main() {
    write_audit(|| ());
}
