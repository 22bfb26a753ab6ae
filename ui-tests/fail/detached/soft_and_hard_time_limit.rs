//! Celery's two limits both count from the start; a `grace` counts from the timeout.
//! The fix: `timeout = "4s", grace = "1s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(soft_time_limit = "4s", time_limit = "5s", track = AUDIT)]
async fn write_audit() {}

fn main() {
    write_audit();
}
