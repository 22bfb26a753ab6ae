//! Each attempt but the last gets a clone of each argument.
//! The fix: `#[derive(Clone)]` on `Event`, or an `Arc` around it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(event: Event) -> Result<(), std::io::Error> {
    Err(std::io::Error::other(format!("{event:?}")))
}

fn main() {
    write_audit(Event);
}
