//! A type may hide that it borrows: the macro does not see it, rustc does.
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
