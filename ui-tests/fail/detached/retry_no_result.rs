//! The result is an alias, and is no `Result`: there is no `Err` to try again after.
//! The fix: a `Result`; or no `retry`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

type Rows = Option<u64>;

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: u64) -> Rows {
    Some(user)
}

fn main() {
    write_audit(7);
}
