//! The task would borrow the `Arc`. A clone of an `Arc` is cheap.
//! The fix: `event: Arc<Event>`, and clone it at the call.

use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: &Arc<Event>) {
    println!("{event:?}");
}

fn main() {
    write_audit(&Arc::new(Event));
}
