//! A `Cow` without a written lifetime borrows as well.
//! The fix: `Cow<'static, str>`.

use std::borrow::Cow;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: Cow<str>) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".into());
}
