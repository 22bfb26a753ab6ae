//! A thread-local belongs to its thread, and the task runs on another.
//! The fix: `tokio::task_local!`, or an argument.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

thread_local! {
    static TENANT: u32 = 5;
}

#[detached(timeout = "5s", track = AUDIT, inherit = [TENANT])]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
