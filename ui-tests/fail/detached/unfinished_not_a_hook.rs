//! The hook takes an `Unfinished`, and not the arguments.
//! The fix: `fn spill(call: Unfinished<(u64, String)>)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(user: u64, event: String) {
    println!("{user}: {event}");
}

fn spill(user: u64, event: String) {
    println!("{user}: {event}");
}

fn main() {
    write_audit(7, "signed in".to_owned());
}
