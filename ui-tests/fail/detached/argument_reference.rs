//! The task outlives its caller, and so may outlive the event.
//! The fix: `event: Event`, or `event: Arc<Event>`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: &Event) {
    println!("{event:?}");
}

fn main() {
    write_audit(&Event);
}
