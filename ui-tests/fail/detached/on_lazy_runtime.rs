//! A task is started by a handle, and the static has the whole runtime.
//! The fix: `on = RUNTIME.handle()`.

use std::sync::LazyLock;

use outlive::{Tracker, detached};
use tokio::runtime::Runtime;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

#[detached(timeout = "5s", track = AUDIT, on = RUNTIME)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
