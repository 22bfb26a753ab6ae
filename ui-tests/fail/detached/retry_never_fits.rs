//! The pauses before the fourth attempt are 7 s in all: the call has timed out by then.
//! The fix: a `timeout` of more than 7 s; or `retry = "3, 1s..10s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "4, 1s..10s")]
async fn write_audit(user: u64) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{user} signed in")))
}

fn main() {
    write_audit(7);
}
