//! A `Cow` may hold a borrow.
//! The fix: `event: String`, or `Cow<'static, str>`.

use std::borrow::Cow;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Cow<'_, str>) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".into());
}
