//! The hook gets a tuple, even of one argument.
//! The fix: `Unfinished<(String,)>`.

use outlive::{Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn spill(call: Unfinished<String>) {
    println!("{}: {}", call.args(), call.reason());
}

fn main() {
    write_audit("signed in".to_owned());
}
