//! A local tracker ends with its function, and the task does not.
//! The fix: an `Arc<Tracker>`, or a static.

use outlive::{Tracker, detach};

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    let tasks = Tracker::bounded("audit", 64);
    detach!(timeout = "5s", track = tasks, write_audit(7));
}
