//! rustc parses the function before the macro runs, and reports the error.
//! The fix: the value.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    let length = ;
    println!("{event} {length}");
}

fn main() {
    write_audit("signed in".to_owned());
}
