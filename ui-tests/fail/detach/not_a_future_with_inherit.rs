//! A closure is no future. With `inherit`, the error is the same.
//! The fix: leave `||` out.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

tokio::task_local! {
    static TENANT: u64;
}

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    detach!(timeout = "5s", inherit = [TENANT], track = AUDIT, || write_audit(7));
}
