//! `m` is for minutes. Milliseconds are `ms`.
//! The fix: `grace = "500ms"`.

use outlive::{Tracker, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[worker(grace = "500m", track = AUDIT)]
async fn write_audit() {
    outlive::Context::current().cancelled().await;
}

fn main() {
    write_audit();
}
