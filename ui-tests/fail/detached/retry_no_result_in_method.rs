//! A method with `retry` returns an `Option`: there is no `Err` to try again after.
//! The fix: a `Result`; or no `retry`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone)]
struct Audit;

impl Audit {
    #[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
    async fn write(self, user: u64) -> Option<u64> {
        Some(user)
    }
}

fn main() {
    Audit.write(7);
}
