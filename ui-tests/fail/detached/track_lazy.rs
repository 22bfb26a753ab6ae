//! A tracker needs no `LazyLock`, because its constructors are `const`. The drain budget of a lazy one cannot be checked.
//! The fix: `static AUDIT: Tracker = Tracker::bounded("audit", 64);`.

use std::sync::LazyLock;

use outlive::{Tracker, detached};

static AUDIT: LazyLock<Tracker> = LazyLock::new(|| Tracker::bounded("audit", 64));

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
