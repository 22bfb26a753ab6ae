//! Each attempt but the last gets a clone of `self`, too.
//! The fix: `#[derive(Clone)]` on `Audit`, or `self: Arc<Self>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Audit;

impl Audit {
    #[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
    async fn write(self, user: u64) -> Result<u64, std::fmt::Error> {
        Ok(user)
    }
}

fn main() {
    Audit.write(7);
}
