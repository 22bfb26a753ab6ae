//! The value is cloned at the call, because the caller keeps its own. This type has no clone.
//! The fix: `#[derive(Clone)]` on `Session`, or an `Arc` around it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Session;

tokio::task_local! {
    static SESSION: Session;
}

#[detached(timeout = "5s", track = AUDIT, inherit = [SESSION])]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
