//! The task outlives its caller, and so may outlive the list.
//! The fix: `events: Vec<Event>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(events: &[Event]) {
    println!("{events:?}");
}

fn main() {
    write_audit(&[Event]);
}
