//! The type borrows, and its name does not show it. The macro cannot see that, so rustc reports it.
//! The fix: a type that owns what it has.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Debug)]
struct Event<'a>(&'a str);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Event) {
    println!("{event:?}");
}

fn main() {
    write_audit(Event("signed in"));
}
