//! The function returns no `Result`: there is no `Err` to try again after.
//! The fix: a `Result`, as in `-> Result<(), std::io::Error>`; or no `retry`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
