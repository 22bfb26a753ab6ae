//! The task outlives the loop, and so may outlive the text.
//! The fix: `name: String`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(name: &str) {
    println!("{name} signed in");
}

fn main() {
    for name in ["Ada".to_owned(), "Bob".to_owned()] {
        write_audit(&name);
    }
}
