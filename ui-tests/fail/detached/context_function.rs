//! The context is what the function gives.
//! The fix: `context = Context::root()`.

use outlive::{Context, Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", context = Context::root, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    Context::root();
}
