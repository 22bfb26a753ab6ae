//! The hook runs where the task's end is noticed, perhaps while the runtime shuts down. It cannot await.
//! The fix: a plain `fn`, which puts the call into a channel or a durable queue.

use outlive::{Tracker, Unfinished, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, unfinished = spill)]
async fn write_audit(user: u64, event: String) {
    println!("{user}: {event}");
}

async fn spill(call: Unfinished<(u64, String)>) {
    println!("{}", call.reason());
}

fn main() {
    write_audit(7, "signed in".to_owned());
}
