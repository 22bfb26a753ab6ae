//! The hook gets all of the arguments, as one tuple, in their order.
//! The fix: `fn spill(call: Unfinished<(u64, String)>)`.

use outlive::{Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(user: u64, event: String) {
    println!("{user}: {event}");
}

fn spill(call: Unfinished<(String,)>) {
    println!("{}: {}", call.args().0, call.reason());
}

fn main() {
    write_audit(7, "signed in".to_owned());
}
