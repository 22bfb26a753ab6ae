//! The hook gets clones of the arguments, which are made at the call. This type has no clone.
//! The fix: `#[derive(Clone)]` on `Event`, or an `Arc` around it.

use outlive::{Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(event: Event) {
    println!("{event:?}");
}

fn spill(call: Unfinished<(Event,)>) {
    println!("{:?}", call.args());
}

fn main() {
    write_audit(Event);
}
