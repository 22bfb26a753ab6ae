//! The hook is a function, and is called when it is needed.
//! The fix: `unfinished = spill`.

use outlive::{Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill())]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn spill(_: Unfinished<(u64,)>) {}

fn main() {
    write_audit(7);
}
