//! Mistakes in the attribute, the arguments and the result are all shown at once. The caller has no error.
//! The fix: `#[detached(timeout = "5s", grace = "1s", track = AUDIT)]`, owned arguments, an owned result.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5 sconds", grace = 1, track = AUDIT, when_ful = wait)]
async fn write_audit(event: &str, users: &[u64]) -> &str {
    println!("{event} {users:?}");
    event
}

fn main() {
    write_audit("signed in", &[7]);
}
