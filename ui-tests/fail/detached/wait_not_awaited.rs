//! With `when_full = wait` the call is `async`: without `.await` there is no call.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, when_full = wait)]
async fn write_audit(event: String) {
    println!("{event}");
}

#[tokio::main]
async fn main() {
    write_audit("signed in".to_owned());
}
