//! The value of a `LazyLock` is known only at run time.
//! The fix: add the most that it may be, `max_timeout = "10s"`.

use std::sync::LazyLock;
use std::time::Duration;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);
static LIMIT: LazyLock<Duration> = LazyLock::new(|| Duration::from_secs(5));

#[detached(timeout = *LIMIT, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
