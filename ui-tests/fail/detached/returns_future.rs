//! The task would return a future, and nobody would poll it.
//! The fix: await it in the body, and `-> u64`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> impl Future<Output = u64> {
    async move { user + 1 }
}

fn main() {
    write_audit(7);
}
