//! The reference in the `Option` is borrowed as well.
//! The fix: `event: Option<Event>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Option<&Event>) {
    println!("{event:?}");
}

fn main() {
    write_audit(Some(&Event));
}
