//! It has no size that is known.
//! The fix: `job: Box<dyn Fn() + Send>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(job: dyn Fn()) {
    job();
}

fn main() {
    write_audit(Box::new(|| ()));
}
